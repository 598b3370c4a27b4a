-- where every address that a record ever gave would arrive, on each channel: a no to one was said of what we wrote to
-- then. One of which nobody can read the rest was given too; who has no customer record is somebody all the same
select distinct
    addresses.person_id as record_id,
    channels.channel,
    addresses.is_letter_box,
    addresses.place,
    coalesce(identity.person_id, addresses.person_id) as person_id
from {{ ref('base_crm__address_places') }} as addresses
inner join {{ ref('channels') }} as channels
    on {{ may_be_of('addresses', 'channels') }}
left join {{ ref('int_identity') }} as identity
    on addresses.person_id = identity.record_id
where
    addresses.person_id is not null
    and {{ is_not_erased('addresses.person_id') }}
    and ({{ is_malformed('addresses') }} or addresses.valid_from <= {{ as_of() }})
