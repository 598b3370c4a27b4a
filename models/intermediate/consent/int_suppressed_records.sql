-- R21: customer records that gave an address which somebody gave who has been erased since; only for its channel
with

given as (

    select
        addresses.person_id as record_id,
        channels.channel,
        {{ written_address('addresses', 'persons') }} as written_address
    from {{ ref('base_crm__addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on {{ may_be_of('addresses', 'channels') }}
    left join {{ ref('base_crm__persons') }} as persons
        on addresses.person_id = persons.person_id
    where
        addresses.person_id is not null
        and {{ is_not_erased('addresses.person_id') }}
        and (
            -- one of which nobody can read the rest was given too
            {{ is_malformed('addresses') }}
            or addresses.valid_from <= {{ as_of() }}
        )

),

hashed as (

    select
        given.record_id,
        given.channel,
        {{ keyed_hash('given.written_address', 'suppression_key') }} as address_key
    from given
    cross join {{ source('suppression', 'key') }} as suppression_key

)

select
    hashed.record_id,
    hashed.channel,
    max(listed.suppressed_at) as suppressed_at
from hashed
inner join {{ ref('int_suppression_list') }} as listed
    on hashed.address_key = listed.address_key
where listed.kept_until > {{ as_of() }}
group by hashed.record_id, hashed.channel
