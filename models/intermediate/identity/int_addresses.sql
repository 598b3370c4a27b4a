-- the address in use: the newest of each person and kind, where it can be used at all
with

addresses as (

    select
        addresses.person_id,
        addresses.kind,
        addresses.email,
        addresses.street,
        addresses.postcode,
        addresses.city,
        row_number() over (
            partition by addresses.person_id, addresses.kind
            order by addresses.valid_from desc, addresses.address_id desc
        ) as age_rank
    from {{ ref('stg_crm__addresses') }} as addresses
    where addresses.valid_from <= {{ as_of() }}

)

select
    person_id,
    kind,
    email,
    street,
    postcode,
    city
from addresses
where
    age_rank = 1
    and (
        (kind = 'email' and {{ is_one_mailbox('email') }})
        or (kind = 'postal' and street is not null and postcode is not null and city is not null)
    )
