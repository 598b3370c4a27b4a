-- R41: persons of whose household another adult does not permit the use of the household's data
with

residents as (

    -- wherever one of a person's records says that they live
    select distinct
        persons.household_id,
        identity.person_id
    from {{ ref('stg_crm__persons') }} as persons
    inner join {{ ref('int_identity') }} as identity
        on persons.person_id = identity.record_id
    union all
    -- someone lives there whose record cannot be read: nobody knows who it is, or whether they permit it
    select
        household_id,
        cast(null as {{ dbt.type_string() }}) as person_id
    from {{ ref('base_crm__persons') }}
    where
        {{ is_malformed() }}
        and {{ is_not_erased('person_id') }}

),

unwilling as (

    -- of whom the leading record cannot be read there are no permissions, so they count as an adult who gives none
    select
        residents.household_id,
        residents.person_id,
        purposes.purpose,
        channels.channel
    from residents
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels
    left join {{ ref('int_permissions') }} as permissions
        on
            residents.person_id = permissions.person_id
            and purposes.purpose = permissions.purpose
            and channels.channel = permissions.channel
    left join {{ ref('int_switched_off') }} as switched_off
        on
            residents.person_id = switched_off.person_id
            and purposes.purpose = switched_off.purpose
            and switched_off.datum = 'purchases'
    where
        permissions.person_id is null
        or (
            not permissions.is_child
            and (not permissions.is_permitted or switched_off.person_id is not null)
        )

)

select distinct
    permissions.person_id,
    permissions.purpose,
    permissions.channel
from {{ ref('int_permissions') }} as permissions
inner join unwilling
    on
        permissions.household_id = unwilling.household_id
        and permissions.purpose = unwilling.purpose
        and permissions.channel = unwilling.channel
where
    unwilling.person_id is null
    or permissions.person_id <> unwilling.person_id
