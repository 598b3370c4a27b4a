select
    person_id,
    birthday_month,
    income_band,
    list_name,
    received_at
from {{ ref('base_append__profiles') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
