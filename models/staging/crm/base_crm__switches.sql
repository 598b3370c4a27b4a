{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'switches') }}

),

typed as (

    select
        {{ filled('source.switch_id') }} as switch_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.datum') }} as datum,
        data.datum is not null as is_known_datum,
        {{ filled('source.purpose') }} as purpose,
        purposes.purpose is not null as is_known_purpose,
        {{ filled('source.state') }} as state,
        {{ utc_timestamp('source.switched_at') }} as switched_at,
        {{ copies('source.switch_id', [
            'source.person_id', 'source.datum', 'source.purpose', 'source.state', 'source.switched_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('purposes') }} as purposes
        on {{ filled('source.purpose') }} = purposes.purpose
    left join {{ ref('data') }} as data
        on {{ filled('source.datum') }} = data.datum

)

select
    switch_id,
    person_id,
    datum,
    is_known_datum,
    purpose,
    is_known_purpose,
    state,
    switched_at,
    raw_row,
    case
        when switch_id is null then 'no switch id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when not is_known_datum then 'unknown datum'
        when not is_known_purpose then 'unknown purpose'
        when state is null or state not in ('off', 'on') then 'unknown state'
        when switched_at is null then 'no plausible switched_at'
        when {{ is_yet_to_come('switched_at') }} then 'switched_at after this run'
    end as rejected_because
from typed
