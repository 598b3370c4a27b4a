-- R45: the proof that someone was erased when they asked, and no more of them than a keyed hash of the record's number
select
    requests.request_id,
    {{ keyed_hash('requests.person_id', 'suppression_key') }} as record_key,
    requests.requested_at,
    requests.received_at,
    requests.closed_at,
    {{ dbt.dateadd('day', whole_number('erasure_proof_days', 1, 36500), 'requests.received_at') }} as kept_until
from {{ ref('base_consent__requests') }} as requests
cross join {{ source('suppression', 'key') }} as suppression_key
where
    requests.rejected_because is null
    and requests.kind = 'erasure'
    and requests.requested_at <= {{ as_of() }}
    and requests.received_at <= {{ as_of() }}
