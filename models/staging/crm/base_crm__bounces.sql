{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'bounces') }}

),

typed as (

    select
        {{ filled('source.bounce_id') }} as bounce_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.channel') }} as channel,
        channels.channel is not null as is_known_channel,
        {{ filled('source.kind') }} as kind,
        {{ utc_timestamp('source.bounced_at') }} as bounced_at,
        {{ utc_timestamp('source.received_at') }} as received_at,
        {{ copies('source.bounce_id', [
            'source.person_id', 'source.channel', 'source.kind', 'source.bounced_at', 'source.received_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('channels') }} as channels
        on {{ filled('source.channel') }} = channels.channel

)

select
    bounce_id,
    person_id,
    channel,
    is_known_channel,
    kind,
    bounced_at,
    received_at,
    raw_row,
    case
        when bounce_id is null then 'no bounce id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when not is_known_channel then 'unknown channel'
        when kind is null or kind not in ('hard', 'soft') then 'unknown kind'
        when bounced_at is null then 'no plausible bounced_at'
        when received_at is null then 'no plausible received_at'
        when bounced_at > received_at then 'bounced_at after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
    end as rejected_because
from typed
