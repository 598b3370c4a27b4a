-- a table, and the staged model a view of it: one and a half million rows are judged once
with

source as (

    select * from {{ source('completejourney', 'transactions') }}

),

products as (

    select product_id from {{ ref('stg_completejourney__products') }}

),

typed as (

    select
        source.household_id,
        source.store_id,
        source.basket_id,
        source.product_id,
        source.quantity,
        source.transaction_timestamp as purchased_at,
        cast(source.sales_value as decimal(12, 2)) as sales_amount,
        cast(source.retail_disc as decimal(12, 2)) as retail_discount,
        cast(source.coupon_disc as decimal(12, 2)) as coupon_discount,
        cast(source.coupon_match_disc as decimal(12, 2)) as coupon_match_discount,
        products.product_id is not null as is_known_product,
        row_number() over (
            partition by source.household_id, source.basket_id, source.product_id
            order by
                source.transaction_timestamp,
                source.store_id,
                source.quantity,
                source.sales_value,
                source.retail_disc,
                source.coupon_disc,
                source.coupon_match_disc
        ) as copy_number
    from source
    left join products
        on source.product_id = products.product_id

)

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
    purchased_at,
    case
        when household_id is null then 'no household'
        when basket_id is null then 'no basket'
        when product_id is null or not is_known_product then 'unknown product'
        when copy_number > 1 then 'duplicate'
        when purchased_at is null then 'no time'
        when quantity is null or quantity <= 0 then 'quantity is not positive'
        when sales_amount is null or sales_amount < 0 then 'no amount'
    end as rejected_because
from typed
