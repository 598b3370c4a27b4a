{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'preferences') }}

),

typed as (

    select
        {{ filled('source.statement_id') }} as statement_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.datum') }} as datum,
        {{ filled('source.topic') }} as topic,
        topics.topic is not null as is_known_topic,
        {{ utc_timestamp('source.stated_at') }} as stated_at,
        {{ copies('source.statement_id', ['source.person_id', 'source.datum', 'source.topic', 'source.stated_at']) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('topics') }} as topics
        on {{ filled('source.topic') }} = topics.topic

)

select
    statement_id,
    person_id,
    datum,
    topic,
    stated_at,
    raw_row,
    case
        when statement_id is null then 'no statement id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when datum is null or datum not in ('favourite_cut', 'favourite_department') then 'unknown datum'
        when not is_known_topic then 'unknown topic'
        when stated_at is null then 'no plausible stated_at'
        when {{ is_yet_to_come('stated_at') }} then 'stated_at after this run'
    end as rejected_because
from typed
