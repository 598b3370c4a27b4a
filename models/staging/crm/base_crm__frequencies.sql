{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'frequencies') }}

),

typed as (

    select
        {{ filled('source.choice_id') }} as choice_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.channel') }} as channel,
        channels.channel is not null as is_known_channel,
        {{ filled('source.maximum') }} as maximum_text,
        {{ try_cast(filled('source.maximum'), 'integer') }} as maximum,
        {{ filled('source.period') }} as period,
        {{ utc_timestamp('source.chosen_at') }} as chosen_at,
        {{ copies('source.choice_id', [
            'source.person_id', 'source.channel', 'source.maximum', 'source.period', 'source.chosen_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('channels') }} as channels
        on {{ filled('source.channel') }} = channels.channel

)

select
    choice_id,
    person_id,
    channel,
    is_known_channel,
    maximum,
    period,
    chosen_at,
    raw_row,
    case
        when choice_id is null then 'no choice id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when not is_known_channel then 'unknown channel'
        when maximum is null or not {{ is_whole_number('maximum_text') }} then 'unreadable maximum'
        when period is null or period not in ('P1D', 'P1W', 'P1M', 'P3M') then 'unknown period'
        when chosen_at is null then 'no plausible chosen_at'
        when {{ is_yet_to_come('chosen_at') }} then 'chosen_at after this run'
    end as rejected_because
from typed
