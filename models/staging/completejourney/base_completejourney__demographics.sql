{{ config(materialized="view") }}

with

source as (

    select * from {{ source('completejourney', 'demographics') }}

),

counted as (

    select
        household_id,
        age,
        income,
        home_ownership,
        marital_status,
        household_size,
        household_comp,
        kids_count,
        row_number() over (
            partition by household_id
            order by age, income, home_ownership, marital_status, household_size, household_comp, kids_count
        ) as copy_number
    from source

)

select
    household_id,
    age as age_band,
    income as income_band,
    home_ownership,
    marital_status,
    household_size,
    household_comp as household_composition,
    kids_count,
    case
        when household_id is null then 'no household'
        when copy_number > 1 then 'duplicate'
    end as rejected_because
from counted
