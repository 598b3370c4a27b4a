select
    switch_id,
    person_id,
    datum,
    purpose,
    state,
    switched_at
from {{ ref('base_crm__switches') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
