{{ config(group='core') }}

-- every purchase line is a household's, a gift or of a special category: one of them, and none is lost
with

parts as (

    select count(*) as lines from {{ ref('int_household_purchases') }}
    union all
    select count(*) as lines from {{ ref('int_gift_purchases') }}
    union all
    select count(*) as lines from {{ ref('int_special_purchases') }}

)

select
    (select count(*) from {{ ref('int_purchases') }}) as all_lines,
    sum(lines) as split_lines
from parts
having sum(lines) <> (select count(*) from {{ ref('int_purchases') }})
