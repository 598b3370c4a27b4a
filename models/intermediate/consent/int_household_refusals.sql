-- R41: persons of whose household another adult does not permit the use of the household's data
with

adults as (

    select
        permissions.household_id,
        permissions.person_id,
        permissions.purpose,
        permissions.channel,
        case
            when permissions.is_permitted and switched_off.person_id is null then 0
            else 1
        end as refusal
    from {{ ref('int_permissions') }} as permissions
    left join {{ ref('int_switched_off') }} as switched_off
        on
            permissions.person_id = switched_off.person_id
            and permissions.purpose = switched_off.purpose
            and switched_off.datum = 'purchases'
    where not permissions.is_minor
    union all
    -- someone lives there whose record cannot be read: nobody knows whether they permit it
    select
        unreadable.household_id,
        unreadable.person_id,
        purposes.purpose,
        channels.channel,
        1 as refusal
    from {{ ref('base_crm__persons') }} as unreadable
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels
    where unreadable.{{ is_malformed() }}

),

households as (

    select
        household_id,
        purpose,
        channel,
        sum(refusal) as refusals
    from adults
    group by household_id, purpose, channel

)

select
    permissions.person_id,
    permissions.purpose,
    permissions.channel
from {{ ref('int_permissions') }} as permissions
inner join households
    on
        permissions.household_id = households.household_id
        and permissions.purpose = households.purpose
        and permissions.channel = households.channel
left join adults
    on
        permissions.person_id = adults.person_id
        and permissions.purpose = adults.purpose
        and permissions.channel = adults.channel
where households.refusals > coalesce(adults.refusal, 0)
