-- R44: when a record's address for a channel changed or bounced, and since when we know; consent goes with the address
with

moves as (

    select * from {{ ref('int_address_spans') }}
    where place <> place_before

),

-- we write to the leading record's place: who has left it under another record has left it
left_behind as (

    select
        moves.address_id,
        in_use.record_id,
        moves.channel,
        moves.valid_from
    from moves
    inner join {{ ref('int_identity') }} as identity
        on
            moves.record_id = identity.record_id
            and moves.record_id <> identity.person_id
    inner join {{ ref('int_address_spans') }} as in_use
        on
            identity.person_id = in_use.record_id
            and moves.channel = in_use.channel
            and {{ same_place('moves.place_before') }} = {{ same_place('in_use.place') }}
            and moves.valid_from >= in_use.valid_from
            and moves.valid_from < in_use.valid_to

),

bounces as (

    select
        bounce_id,
        person_id as record_id,
        channel,
        bounced_at,
        received_at
    from {{ ref('stg_crm__bounces') }}
    where
        kind = 'hard'
        and bounced_at <= {{ as_of() }}
        and received_at <= {{ as_of() }}

),

-- a mailbox that is gone is gone for everybody who had it then, or gave it later; an envelope bears a name
shared as (

    select distinct
        bounces.bounce_id,
        sharing.record_id,
        bounces.channel,
        bounces.bounced_at,
        bounces.received_at
    from bounces
    inner join {{ ref('int_address_spans') }} as own
        on
            bounces.record_id = own.record_id
            and bounces.channel = own.channel
            and bounces.bounced_at >= own.valid_from
            and bounces.bounced_at < own.valid_to
    inner join {{ ref('int_address_spans') }} as sharing
        on
            own.place = sharing.place
            and own.channel = sharing.channel
            and own.record_id <> sharing.record_id
            and bounces.bounced_at < sharing.valid_to
    where not own.is_letter_box

),

unreadable as (

    select
        malformed.person_id as record_id,
        channels.channel
    from {{ ref('base_crm__bounces') }} as malformed
    inner join {{ ref('channels') }} as channels
        on malformed.channel = channels.channel or not malformed.is_known_channel
    where
        {{ is_malformed('malformed') }}
        and malformed.person_id is not null
    union
    select
        malformed.person_id as record_id,
        channels.channel
    from {{ ref('base_crm__addresses') }} as malformed
    inner join {{ ref('channels') }} as channels
        on {{ may_be_of('malformed', 'channels') }}
    where
        {{ is_malformed('malformed') }}
        and malformed.person_id is not null

)

select
    address_id as change_id,
    record_id,
    channel,
    valid_from as changed_at,
    valid_from as known_from
from moves
union all
select
    address_id as change_id,
    record_id,
    channel,
    valid_from as changed_at,
    valid_from as known_from
from left_behind
union all
select
    bounce_id as change_id,
    record_id,
    channel,
    bounced_at as changed_at,
    received_at as known_from
from bounces
union all
select
    bounce_id as change_id,
    record_id,
    channel,
    bounced_at as changed_at,
    received_at as known_from
from shared
union all
-- what cannot be read may have been either, as late as just now, and nobody knows since when we have had it
select
    'unreadable' as change_id,
    unreadable.record_id,
    unreadable.channel,
    {{ as_of() }} as changed_at,
    {{ beginning_of_time() }} as known_from
from unreadable
inner join {{ ref('int_identity') }} as records
    on unreadable.record_id = records.record_id
