-- where each record was reached on a channel, from when until when; a field with several mailboxes means each of them
with

written as (

    select
        addresses.address_id,
        addresses.person_id as record_id,
        channels.channel,
        addresses.email,
        {{ is_letter_box('addresses') }} as is_letter_box,
        addresses.valid_from,
        {{ written_place('addresses') }} as place
    from {{ ref('stg_crm__addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on addresses.kind = channels.address_kind
    where addresses.valid_from <= {{ as_of() }}

),

followed as (

    select
        *,
        lag(address_id) over entries as address_before,
        lag(place) over entries as place_before,
        coalesce(lead(valid_from) over entries, {{ end_of_time() }}) as valid_to
    from written
    window entries as (partition by record_id, channel order by valid_from, address_id)

),

mailboxes as (

    select
        address_id,
        {{ mailboxes_in('email') }} as mailbox
    from followed
    where not is_letter_box

),

places as (

    select
        address_id,
        {{ same_place('place') }} as place
    from followed
    where is_letter_box
    union
    select
        address_id,
        {{ seen_text('mailbox') }} as place
    from mailboxes

)

select
    followed.address_id,
    followed.record_id,
    followed.channel,
    followed.is_letter_box,
    places.place,
    followed.valid_from,
    followed.valid_to,
    -- what stands before it, where that is written in other words
    case when followed.place <> followed.place_before then followed.address_before end as left_address_id
from followed
inner join places
    on followed.address_id = places.address_id
