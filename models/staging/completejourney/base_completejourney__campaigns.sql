{{ config(materialized="view") }}

with

source as (

    select * from {{ source('completejourney', 'campaigns') }}

),

counted as (

    select
        campaign_id,
        household_id,
        row_number() over (partition by campaign_id, household_id order by campaign_id) as copy_number
    from source

)

select
    campaign_id,
    household_id,
    case
        when campaign_id is null then 'no campaign'
        when household_id is null then 'no household'
        when copy_number > 1 then 'duplicate'
    end as rejected_because
from counted
