{{ config(materialized="view") }}

with

source as (

    select * from {{ source('consent', 'objections') }}

),

typed as (

    select
        {{ filled('source.objection_id') }} as objection_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.scope') }} as scope,
        purposes.purpose is not null as is_known_purpose,
        {{ earliest_utc('source.objected_at') }} as earliest,
        {{ latest_utc('source.objected_at') }} as objected_at,
        {{ utc_timestamp('source.received_at') }} as received_at,
        {{ copies('source.objection_id', [
            'source.person_id', 'source.scope', 'source.objected_at', 'source.received_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('purposes') }} as purposes
        on {{ filled('source.scope') }} = purposes.purpose

)

select
    objection_id,
    person_id,
    scope,
    objected_at,
    received_at,
    raw_row,
    case
        when objection_id is null then 'no objection id'
        when person_id is null then 'no readable subject'
        {{ unreadable_text('raw_row') }}
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when scope is null or not (is_known_purpose or scope = 'all') then 'unknown scope'
        when objected_at is null then 'no plausible objected_at'
        when received_at is null then 'no plausible received_at'
        when earliest > received_at then 'objected_at after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
    end as rejected_because
from typed
