-- What the last word of any record of a person hides: a campaign, a topic, or anything, where nobody can read which; with a
-- product whatever it is said to be of and is. At a tie, hidden (R36).
create temp table hidden as
select
    identity.person_id,
    case when dismissals.kind = 'campaign' then 'campaign' else 'topic' end as kind,
    unnest(case
        when dismissals.kind = 'campaign' then [dismissals.segment]
        else list_distinct([dismissals.topic, coalesce(products.topic, dismissals.topic)])
    end) as target
from staging.stg_crm__dismissals as dismissals
inner join intermediate.int_identity as identity
    on dismissals.person_id = identity.record_id
left join staging.stg_completejourney__products as products
    on
        dismissals.kind = 'product'
        and try_cast(dismissals.target as bigint) = products.product_id
where dismissals.dismissed_at <= cast(getvariable('askfirst_as_of') as timestamp)
qualify
    dismissals.state is distinct from 'show'
    and dismissals.dismissed_at = max(dismissals.dismissed_at) over (
        partition by dismissals.person_id, dismissals.kind, dismissals.target
    )
union
select
    identity.person_id,
    'anything' as kind,
    'anything' as target
from private.staging.quarantine
inner join intermediate.int_identity as identity
    on quarantine.person_id = identity.record_id
where
    quarantine.raw_table = 'crm__dismissals'
    and quarantine.reason is distinct from 'duplicate';


-- Messages and choices of a maximum that nobody can read, on every channel that they may have been of.
create temp table unreadable_on_channel as
select
    quarantine.raw_table,
    identity.person_id,
    channels.channel
from private.staging.quarantine
inner join intermediate.int_identity as identity
    on quarantine.person_id = identity.record_id
cross join reference.channels as channels
where
    quarantine.raw_table in ('crm__messages', 'crm__frequencies')
    and quarantine.reason is distinct from 'duplicate'
    and coalesce(trim(json_extract_string(quarantine.raw_row, '$.channel')) not in (
        select listed.channel from reference.channels as listed where listed.channel <> channels.channel
    ), true);


-- How many messages a person may still get on a channel: by each record's last choice, and of these the strictest (R37).
create temp table messages_left as
with

choices as (

    select
        identity.person_id,
        frequencies.channel,
        frequencies.maximum,
        cast(getvariable('askfirst_as_of') as timestamp) - case frequencies.period
            when 'P1D' then interval 1 day
            when 'P1W' then interval 7 day
            when 'P1M' then interval 31 day
            when 'P3M' then interval 92 day
        end as counted_since
    from staging.stg_crm__frequencies as frequencies
    inner join intermediate.int_identity as identity
        on frequencies.person_id = identity.record_id
    where frequencies.chosen_at <= cast(getvariable('askfirst_as_of') as timestamp)
    qualify frequencies.chosen_at = max(frequencies.chosen_at) over (
        partition by frequencies.person_id, frequencies.channel
    )

),

sent as (

    select
        identity.person_id,
        messages.channel,
        messages.sent_at
    from staging.stg_crm__messages as messages
    inner join intermediate.int_identity as identity
        on messages.person_id = identity.record_id
    where messages.sent_at <= cast(getvariable('askfirst_as_of') as timestamp)
    union all
    select
        person_id,
        channel,
        cast(getvariable('askfirst_as_of') as timestamp) as sent_at
    from unreadable_on_channel
    where raw_table = 'crm__messages'

),

counted as (

    select
        choices.person_id,
        choices.channel,
        choices.maximum,
        choices.counted_since,
        count(sent.sent_at) filter (where coalesce(sent.sent_at > choices.counted_since, true)) as sent_count
    from choices
    left join sent
        on
            choices.person_id = sent.person_id
            and choices.channel = sent.channel
    group by choices.person_id, choices.channel, choices.maximum, choices.counted_since

)

select
    person_id,
    channel,
    min(coalesce(maximum, 0) - sent_count) as messages_left
from (
    select
        person_id,
        channel,
        maximum,
        sent_count
    from counted
    union all
    select
        person_id,
        channel,
        0 as maximum,
        0 as sent_count
    from unreadable_on_channel
    where raw_table = 'crm__frequencies'
) as left_over
group by person_id, channel;


-- Who would get more than that, all candidates of a channel together.
create temp table too_often as
select
    planned_messages.person_id,
    planned_messages.channel
from planned_messages
inner join messages_left
    on
        planned_messages.person_id = messages_left.person_id
        and planned_messages.channel = messages_left.channel
group by planned_messages.person_id, planned_messages.channel, messages_left.messages_left
having count(*) > messages_left.messages_left;
