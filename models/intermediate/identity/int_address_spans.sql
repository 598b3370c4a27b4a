-- where each record was reached on a channel, from when until when, and where it had been before
with

written as (

    select
        addresses.address_id,
        addresses.person_id as record_id,
        {{ is_letter_box('addresses') }} as is_letter_box,
        channels.channel,
        addresses.valid_from,
        {{ written_place('addresses') }} as place
    from {{ ref('stg_crm__addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on addresses.kind = channels.address_kind
    where addresses.valid_from <= {{ as_of() }}

)

select
    address_id,
    record_id,
    channel,
    is_letter_box,
    place,
    valid_from,
    lag(place) over entries as place_before,
    coalesce(lead(valid_from) over entries, {{ end_of_time() }}) as valid_to
from written
window entries as (partition by record_id, channel order by valid_from, address_id)
