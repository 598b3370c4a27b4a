select
    unsubscribe_id,
    person_id,
    channel,
    unsubscribed_at,
    received_at
from {{ ref('base_consent__unsubscribes') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
