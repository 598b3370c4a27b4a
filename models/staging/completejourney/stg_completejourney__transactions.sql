{{ config(materialized="view") }}

select
    household_id,
    store_id,
    basket_id,
    product_id,
    quantity,
    sales_amount,
    retail_discount,
    coupon_discount,
    coupon_match_discount,
    purchased_at
from {{ ref('base_completejourney__transactions') }}
where rejected_because is null
