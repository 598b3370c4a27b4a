select
    request_id,
    person_id,
    kind,
    requested_at,
    received_at,
    closed_at
from {{ ref('base_consent__requests') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
