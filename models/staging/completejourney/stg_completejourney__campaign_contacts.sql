select
    campaign_id,
    household_id
from {{ ref('base_completejourney__campaigns') }}
where rejected_because is null
