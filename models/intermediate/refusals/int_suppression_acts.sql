-- what is said or has happened against a use beside consent, and the own grants that can lift it, weighed: the latest
-- counts, a tie goes to the no
with

grid as (

    select
        purposes.purpose,
        channels.channel
    from {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

said as (

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
    union all
    select
        suppressed_records.record_id,
        grid.purpose,
        grid.channel,
        'R21' as rule_id,
        suppressed_records.record_id as act_id,
        suppressed_records.suppressed_at as said_at,
        suppressed_records.suppressed_at as received_at
    from {{ ref('int_suppressed_records') }} as suppressed_records
    inner join grid
        on suppressed_records.channel = grid.channel
    union all
    -- R44: a consent is bound to the address that it was given with; where none was given, there is nothing to suspend
    select distinct
        grant_phases.record_id,
        grant_phases.purpose,
        grant_phases.channel,
        'R44' as rule_id,
        address_changes.change_id as act_id,
        address_changes.changed_at as said_at,
        address_changes.known_from as received_at
    from {{ ref('int_address_changes') }} as address_changes
    inner join {{ ref('int_grant_phases') }} as grant_phases
        on
            address_changes.record_id = grant_phases.record_id
            and address_changes.channel = grant_phases.channel
            and address_changes.changed_at >= grant_phases.ordered_at
    where
        grant_phases.rule_id is null
        and grant_phases.valid_from <= {{ as_of() }}

),

noes as (

    select * from said
    where {{ is_pending('record_id') }}

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
