select
    signal_id,
    device_id,
    person_id,
    gpc,
    seen_at,
    received_at
from {{ ref('base_crm__privacy_signals') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
