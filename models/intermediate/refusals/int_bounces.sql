-- R44: messages that came back for good, of whom they were sent to and of who else has the mailbox. One that nobody can
-- read may have been one, of any time up to just now, and nobody knows since when we have had it
with

bounces as (

    select
        bounce_id,
        person_id as record_id,
        channel,
        bounced_at as earliest,
        bounced_at,
        received_at as known_from
    from {{ ref('stg_crm__bounces') }}
    where
        kind = 'hard'
        and bounced_at <= {{ as_of() }}
        and received_at <= {{ as_of() }}
    union all
    select
        'unreadable' as bounce_id,
        malformed.person_id as record_id,
        channels.channel,
        {{ beginning_of_time() }} as earliest,
        {{ as_of() }} as bounced_at,
        {{ beginning_of_time() }} as known_from
    from {{ ref('base_crm__bounces') }} as malformed
    inner join {{ ref('channels') }} as channels
        on malformed.channel = channels.channel or not malformed.is_known_channel
    where
        {{ is_malformed('malformed') }}
        and malformed.person_id is not null

)

select
    bounce_id,
    record_id,
    channel,
    bounced_at,
    known_from
from bounces
union
-- a mailbox that is gone is gone for everybody who had it then, or gave it later; an envelope bears a name
select
    bounces.bounce_id,
    sharing.record_id,
    bounces.channel,
    bounces.bounced_at,
    bounces.known_from
from bounces
inner join {{ ref('int_address_spans') }} as own
    on
        bounces.record_id = own.record_id
        and bounces.channel = own.channel
        and bounces.bounced_at >= own.valid_from
        and bounces.earliest < own.valid_to
inner join {{ ref('int_address_spans') }} as sharing
    on
        own.place = sharing.place
        and own.channel = sharing.channel
        and bounces.bounced_at < sharing.valid_to
where not own.is_letter_box
