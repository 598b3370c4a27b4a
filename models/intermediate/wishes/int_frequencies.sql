-- R37: how many messages a person may still get on a channel, where they chose a maximum; earlier ones count
with

ranked as (

    select
        identity.person_id,
        frequencies.channel,
        frequencies.maximum,
        {{ period_days('frequencies.period') }} as day_count,
        frequencies.choice_id,
        -- of choices of one second, all hold
        rank() over (
            partition by frequencies.person_id, frequencies.channel
            order by frequencies.chosen_at desc
        ) as choice_rank
    from {{ ref('stg_crm__frequencies') }} as frequencies
    inner join {{ ref('int_identity') }} as identity
        on frequencies.person_id = identity.record_id
    where frequencies.chosen_at <= {{ as_of() }}

),

sent as (

    select
        identity.person_id,
        messages.channel,
        {{ dbt.datediff(
            'messages.sent_at', as_of(), 'second'
        ) }} as seconds_ago
    from {{ ref('stg_crm__messages') }} as messages
    inner join {{ ref('int_identity') }} as identity
        on messages.person_id = identity.record_id
    where messages.sent_at <= {{ as_of() }}
    union all
    -- what cannot be read may have been sent just now
    select
        identity.person_id,
        channels.channel,
        0 as seconds_ago
    from {{ ref('base_crm__messages') }} as malformed
    inner join {{ ref('int_identity') }} as identity
        on malformed.person_id = identity.record_id
    inner join {{ ref('channels') }} as channels
        on malformed.channel = channels.channel or not malformed.is_known_channel
    where {{ is_malformed('malformed') }}

),

remaining as (

    select
        ranked.person_id,
        ranked.channel,
        ranked.maximum - count(sent.seconds_ago) as messages_left
    from ranked
    left join sent
        on
            ranked.person_id = sent.person_id
            and ranked.channel = sent.channel
            and sent.seconds_ago < ranked.day_count * 86400
    where ranked.choice_rank = 1
    group by ranked.choice_id, ranked.person_id, ranked.channel, ranked.maximum
    union all
    -- a choice that cannot be read may have been none at all
    select
        identity.person_id,
        channels.channel,
        0 as messages_left
    from {{ ref('base_crm__frequencies') }} as malformed
    inner join {{ ref('int_identity') }} as identity
        on malformed.person_id = identity.record_id
    inner join {{ ref('channels') }} as channels
        on malformed.channel = channels.channel or not malformed.is_known_channel
    where {{ is_malformed('malformed') }}

)

-- of several records, the strictest
select
    person_id,
    channel,
    min(messages_left) as messages_left
from remaining
group by person_id, channel
