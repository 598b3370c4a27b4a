-- R44: when a record's address for a channel changed or bounced, and since when we know; consent goes with the address
with

moves as (

    select distinct
        address_id,
        record_id,
        channel,
        valid_from,
        left_address_id
    from {{ ref('int_address_spans') }}
    where left_address_id is not null

),

-- what cannot be read may have been a move of just now
unreadable as (

    select distinct
        malformed.person_id as record_id,
        channels.channel
    from {{ ref('base_crm__addresses') }} as malformed
    inner join {{ ref('channels') }} as channels
        on {{ may_be_of('malformed', 'channels') }}
    where
        {{ is_malformed('malformed') }}
        and malformed.person_id in (select identity.record_id from {{ ref('int_identity') }} as identity)

)

select
    address_id as change_id,
    record_id,
    channel,
    valid_from as changed_at,
    valid_from as known_from
from moves
union
-- we write to the leading record's place: who has left it under another record has left it
select
    moves.address_id as change_id,
    in_use.record_id,
    moves.channel,
    moves.valid_from as changed_at,
    moves.valid_from as known_from
from moves
inner join {{ ref('int_identity') }} as identity
    on
        moves.record_id = identity.record_id
        and moves.record_id <> identity.person_id
inner join {{ ref('int_address_spans') }} as left_behind
    on moves.left_address_id = left_behind.address_id
inner join {{ ref('int_address_spans') }} as in_use
    on
        identity.person_id = in_use.record_id
        and moves.channel = in_use.channel
        and left_behind.place = in_use.place
        and moves.valid_from >= in_use.valid_from
        and moves.valid_from < in_use.valid_to
union
select
    bounce_id as change_id,
    record_id,
    channel,
    bounced_at as changed_at,
    known_from
from {{ ref('int_bounces') }}
union
select
    'unreadable' as change_id,
    record_id,
    channel,
    {{ as_of() }} as changed_at,
    {{ beginning_of_time() }} as known_from
from unreadable
