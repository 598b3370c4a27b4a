select
    redemptions.household_id,
    redemptions.campaign_id,
    redemptions.coupon_upc,
    redemptions.redeemed_on,
    campaigns.campaign_type
from {{ ref('stg_completejourney__redemptions') }} as redemptions
left join {{ ref('stg_completejourney__campaigns') }} as campaigns
    on redemptions.campaign_id = campaigns.campaign_id
where redemptions.redeemed_on <= {{ as_of_day() }}
