{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'addresses') }}

),

typed as (

    select
        {{ filled('address_id') }} as address_id,
        {{ readable_id('person_id') }} as person_id,
        {{ filled('kind') }} as kind,
        {{ filled('email') }} as email,
        {{ filled('street') }} as street,
        {{ filled('postcode') }} as postcode,
        {{ filled('city') }} as city,
        {{ utc_timestamp('valid_from') }} as valid_from,
        {{ copies('address_id', ['person_id', 'kind', 'email', 'street', 'postcode', 'city', 'valid_from']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    address_id,
    person_id,
    kind,
    email,
    street,
    postcode,
    city,
    valid_from,
    raw_row,
    case
        when address_id is null then 'no address id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when kind is null or kind not in ('email', 'postal') then 'unknown kind'
        when valid_from is null then 'no plausible valid_from'
    end as rejected_because
from typed
