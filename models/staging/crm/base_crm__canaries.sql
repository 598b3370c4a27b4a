{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'canaries') }}

),

typed as (

    select
        {{ readable_id('person_id') }} as person_id,
        {{ try_cast('household_id', 'bigint') }} as household_id,
        {{ copies('person_id', ['household_id']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    person_id,
    household_id,
    raw_row,
    case
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when household_id is null then 'unreadable household'
    end as rejected_because
from typed
