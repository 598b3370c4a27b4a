select
    household_id,
    coupon_upc,
    campaign_id,
    redeemed_on
from {{ ref('base_completejourney__coupon_redemptions') }}
where rejected_because is null
