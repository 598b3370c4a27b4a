{{ config(group='core') }}

-- R19: no purchase from which a special category can be deduced is among those that a household may be addressed by
select
    purchases.household_id,
    purchases.basket_id
from {{ ref('int_household_purchases') }} as purchases
inner join {{ ref('stg_completejourney__products') }} as products
    on purchases.product_id = products.product_id
inner join {{ ref('topics') }} as topics
    on products.topic = topics.topic
where topics.special_category is not null
