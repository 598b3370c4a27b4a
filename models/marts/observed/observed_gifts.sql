select
    household_id,
    basket_id,
    cast(min(purchased_at) as date) as bought_on,
    cast(count(*) as integer) as lines,
    cast(sum(sales_amount) as decimal(14, 2)) as amount
from {{ ref('int_gift_purchases') }}
group by household_id, basket_id
