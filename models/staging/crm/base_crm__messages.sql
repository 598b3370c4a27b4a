{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'messages') }}

),

typed as (

    select
        {{ filled('source.message_id') }} as message_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.channel') }} as channel,
        channels.channel is not null as is_known_channel,
        {{ filled('source.campaign') }} as campaign,
        {{ filled('source.privacy_notice') }} as privacy_notice,
        {{ utc_timestamp('source.sent_at') }} as sent_at,
        {{ copies('source.message_id', [
            'source.person_id', 'source.channel', 'source.campaign', 'source.privacy_notice', 'source.sent_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('channels') }} as channels
        on {{ filled('source.channel') }} = channels.channel

)

select
    message_id,
    person_id,
    channel,
    is_known_channel,
    campaign,
    privacy_notice,
    sent_at,
    raw_row,
    case
        when message_id is null then 'no message id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when not is_known_channel then 'unknown channel'
        when sent_at is null then 'no plausible sent_at'
        when {{ is_yet_to_come('sent_at') }} then 'sent_at after this run'
    end as rejected_because
from typed
