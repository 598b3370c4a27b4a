select
    objection_id,
    person_id,
    scope,
    objected_at,
    received_at
from {{ ref('base_consent__objections') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
