select
    campaign_id,
    campaign_type,
    starts_on,
    ends_on
from {{ ref('base_completejourney__campaign_descriptions') }}
where rejected_because is null
