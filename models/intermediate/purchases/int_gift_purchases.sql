-- R38: bought for somebody else, so it says nothing about the buyer
select
    household_id,
    basket_id,
    product_id,
    sales_amount,
    purchased_at
from {{ ref('int_purchases') }}
where is_gift
