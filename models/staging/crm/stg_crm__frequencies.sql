select
    choice_id,
    person_id,
    channel,
    maximum,
    period,
    chosen_at
from {{ ref('base_crm__frequencies') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
