{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'gifts') }}

),

typed as (

    select
        {{ filled('gift_id') }} as gift_id,
        {{ filled('basket_id') }} as basket_id_text,
        {{ likely_number('basket_id') }} as basket_id,
        {{ filled('marked_gift') }} as marked_gift,
        {{ filled('ship_to_name') }} as ship_to_name,
        {{ copies('gift_id', ['basket_id', 'marked_gift', 'ship_to_name']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    gift_id,
    basket_id,
    ship_to_name,
    raw_row,
    coalesce(marked_gift, 'false') = 'true' as is_marked_gift,
    case
        when gift_id is null then 'no gift id'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when basket_id is null then 'no readable basket'
        when not {{ is_whole_number('basket_id_text') }} then 'unreadable basket'
        when marked_gift not in ('true', 'false') then 'unreadable marked_gift'
        when
            coalesce(marked_gift, 'false') = 'false' and ship_to_name is null
            then 'neither marked nor shipped to another'
    end as rejected_because
from typed
