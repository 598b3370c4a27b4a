select
    address_id,
    person_id,
    kind,
    email,
    street,
    postcode,
    city,
    valid_from
from {{ ref('base_crm__addresses') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
