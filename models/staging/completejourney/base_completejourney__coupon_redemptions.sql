{{ config(materialized="view") }}

with

source as (

    select * from {{ source('completejourney', 'coupon_redemptions') }}

),

counted as (

    select
        household_id,
        coupon_upc,
        campaign_id,
        cast(redemption_date as date) as redeemed_on,
        row_number() over (
            partition by household_id, coupon_upc, campaign_id, redemption_date
            order by household_id
        ) as copy_number
    from source

)

select
    household_id,
    coupon_upc,
    campaign_id,
    redeemed_on,
    case
        when household_id is null then 'no household'
        when coupon_upc is null then 'no coupon'
        when redeemed_on is null then 'no day'
        when copy_number > 1 then 'duplicate'
    end as rejected_because
from counted
