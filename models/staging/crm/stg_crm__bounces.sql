select
    bounce_id,
    person_id,
    channel,
    kind,
    bounced_at,
    received_at
from {{ ref('base_crm__bounces') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
