{{ config(materialized="view") }}

with

source as (

    select * from {{ source('completejourney', 'campaign_descriptions') }}

),

counted as (

    select
        campaign_id,
        campaign_type,
        cast(start_date as date) as starts_on,
        cast(end_date as date) as ends_on,
        row_number() over (partition by campaign_id order by start_date, end_date, campaign_type) as copy_number
    from source

)

select
    campaign_id,
    campaign_type,
    starts_on,
    ends_on,
    case
        when campaign_id is null then 'no campaign'
        when copy_number > 1 then 'duplicate'
        when starts_on is null or ends_on is null or starts_on > ends_on then 'no valid period'
    end as rejected_because
from counted
