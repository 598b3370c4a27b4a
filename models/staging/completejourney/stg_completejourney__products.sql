with

products as (

    select * from {{ ref('base_completejourney__products') }}
    where rejected_because is null

),

marks as (

    select * from {{ ref('product_marks') }}

)

select
    products.product_id,
    products.manufacturer_id,
    products.department,
    products.brand,
    products.product_category,
    products.product_type,
    products.package_size,
    coalesce(type_marks.topic, category_marks.topic) as topic
from products
left join marks as type_marks
    on
        products.product_category = type_marks.product_category
        and products.product_type = type_marks.product_type
left join marks as category_marks
    on
        products.product_category = category_marks.product_category
        and category_marks.product_type is null
