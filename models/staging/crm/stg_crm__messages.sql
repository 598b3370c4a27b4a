select
    message_id,
    person_id,
    channel,
    campaign,
    privacy_notice,
    sent_at
from {{ ref('base_crm__messages') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
