select
    household_id,
    cast({{ dbt.date_trunc('quarter', 'purchased_at') }} as date) as quarter_starts_on,
    cast(count(distinct basket_id) as integer) as baskets,
    cast(sum(sales_amount) as decimal(14, 2)) as spend
from {{ ref('int_household_purchases') }}
group by household_id, cast({{ dbt.date_trunc('quarter', 'purchased_at') }} as date)
