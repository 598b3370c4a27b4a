select
    addresses.person_id,
    addresses.kind,
    addresses.email,
    addresses.street,
    addresses.postcode,
    addresses.city
from {{ ref('int_addresses') }} as addresses
inner join {{ ref('int_persons') }} as persons
    on addresses.person_id = persons.person_id
