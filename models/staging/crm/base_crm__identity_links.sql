{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'identity_links') }}

),

typed as (

    select
        {{ filled('link_id') }} as link_id,
        {{ readable_id('person_id') }} as person_id,
        {{ readable_id('same_as') }} as same_as,
        {{ filled('person_id') }} is null or {{ filled('same_as') }} is null as is_half,
        {{ utc_timestamp('linked_at') }} as linked_at,
        {{ copies('link_id', ['person_id', 'same_as', 'linked_at']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    link_id,
    person_id,
    same_as,
    linked_at,
    raw_row,
    case
        when link_id is null then 'no link id'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when is_half then 'one side missing'
        when person_id is null or same_as is null then 'one side unreadable'
        when linked_at is null then 'no plausible linked_at'
        when {{ is_yet_to_come('linked_at') }} then 'linked_at after this run'
    end as rejected_because
from typed
