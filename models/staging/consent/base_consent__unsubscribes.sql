{{ config(materialized="view") }}

with

source as (

    select * from {{ source('consent', 'unsubscribes') }}

),

typed as (

    select
        {{ filled('source.unsubscribe_id') }} as unsubscribe_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.channel') }} as channel,
        channels.channel is not null as is_known_channel,
        {{ earliest_utc('source.unsubscribed_at') }} as earliest,
        {{ latest_utc('source.unsubscribed_at') }} as unsubscribed_at,
        {{ utc_timestamp('source.received_at') }} as received_at,
        {{ copies('source.unsubscribe_id', [
            'source.person_id', 'source.channel', 'source.unsubscribed_at', 'source.received_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('channels') }} as channels
        on {{ filled('source.channel') }} = channels.channel

)

select
    unsubscribe_id,
    person_id,
    channel,
    unsubscribed_at,
    received_at,
    raw_row,
    case
        when unsubscribe_id is null then 'no unsubscribe id'
        when person_id is null then 'no readable subject'
        {{ unreadable_text('raw_row') }}
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when not is_known_channel then 'unknown channel'
        when unsubscribed_at is null then 'no plausible unsubscribed_at'
        when received_at is null then 'no plausible received_at'
        when earliest > received_at then 'unsubscribed_at after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
    end as rejected_because
from typed
