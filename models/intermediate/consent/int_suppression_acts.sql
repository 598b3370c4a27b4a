-- objections and unsubscribes, and the own grants that can lift them, weighed: the latest counts, a tie goes to the no
with

grid as (

    select
        purposes.purpose,
        channels.channel
    from {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

noes as (

    select
        objections.person_id as record_id,
        grid.purpose,
        grid.channel,
        'R20' as rule_id,
        objections.objection_id as act_id,
        objections.objected_at as said_at,
        objections.received_at
    from {{ ref('stg_consent__objections') }} as objections
    inner join grid
        on objections.scope in (grid.purpose, 'all')
    where objections.received_at <= {{ as_of() }}
    union all
    select
        unsubscribes.person_id as record_id,
        grid.purpose,
        grid.channel,
        'R31' as rule_id,
        unsubscribes.unsubscribe_id as act_id,
        unsubscribes.unsubscribed_at as said_at,
        unsubscribes.received_at
    from {{ ref('stg_consent__unsubscribes') }} as unsubscribes
    inner join grid
        on unsubscribes.channel = grid.channel
    where unsubscribes.received_at <= {{ as_of() }}

),

acts as (

    -- a no counts from its arrival at the latest, whatever date it bears; later than it is only what is so for certain
    select
        record_id,
        purpose,
        channel,
        rule_id,
        act_id,
        said_at as ordered_at,
        least(said_at, received_at) as valid_from,
        received_at as known_from,
        true as suppresses
    from noes
    union all
    select distinct
        yeses.record_id,
        yeses.purpose,
        yeses.channel,
        noes.rule_id,
        yeses.event_id as act_id,
        yeses.ordered_at,
        yeses.valid_from,
        yeses.known_from,
        false as suppresses
    from {{ ref('int_grant_phases') }} as yeses
    inner join noes
        on
            yeses.record_id = noes.record_id
            and yeses.purpose = noes.purpose
            and yeses.channel = noes.channel
    where yeses.rule_id is null

)

select
    record_id,
    purpose,
    channel,
    rule_id,
    act_id,
    ordered_at,
    valid_from,
    known_from,
    suppresses,
    row_number() over (
        partition by record_id, purpose, channel, rule_id
        order by ordered_at asc, suppresses asc, act_id asc, valid_from asc, known_from asc
    ) as strength
from acts
