-- what a household bought for itself, and nothing from which a special category could be deduced
select
    household_id,
    basket_id,
    product_id,
    quantity,
    sales_amount,
    purchased_at,
    topic
from {{ ref('int_purchases') }}
where
    not is_gift
    and special_category is null
