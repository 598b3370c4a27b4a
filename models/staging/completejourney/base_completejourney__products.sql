{{ config(materialized="view") }}

with

source as (

    select * from {{ source('completejourney', 'products') }}

),

counted as (

    select
        product_id,
        manufacturer_id,
        department,
        brand,
        product_category,
        product_type,
        package_size,
        row_number() over (
            partition by product_id
            order by product_category, product_type, package_size, department, brand, manufacturer_id
        ) as copy_number
    from source

)

select
    product_id,
    manufacturer_id,
    department,
    brand,
    product_category,
    product_type,
    package_size,
    case
        when product_id is null then 'no product'
        when copy_number > 1 then 'duplicate'
    end as rejected_because
from counted
