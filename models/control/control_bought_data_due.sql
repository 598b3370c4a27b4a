-- R27: whom nobody has told yet that we have data about them from somebody else, with the day by which it is due
with

bought as (

    -- whoever is no customer has to be told as well
    select
        coalesce(identity.person_id, profiles.person_id) as person_id,
        profiles.list_name,
        profiles.received_at,
        {{ dbt.dateadd('month', 1, 'profiles.received_at') }} as month_ends_at
    from {{ ref('stg_append__profiles') }} as profiles
    left join {{ ref('int_identity') }} as identity
        on profiles.person_id = identity.record_id
    left join {{ ref('stg_crm__canaries') }} as canaries
        on profiles.person_id = canaries.person_id
    where
        profiles.received_at <= {{ as_of() }}
        and canaries.person_id is null

),

untold as (

    select
        bought.person_id,
        bought.month_ends_at,
        min(
            case when contacts.is_message and contacts.reached_at >= bought.received_at then contacts.reached_at end
        ) as first_message_at
    from bought
    left join {{ ref('int_contacts') }} as contacts
        on bought.person_id = contacts.person_id
    left join {{ ref('notices') }} as notices
        on contacts.privacy_notice = notices.privacy_notice
    group by bought.person_id, bought.list_name, bought.month_ends_at
    having
        max(case when {{ is_listed('bought.list_name', 'notices.sources') }} then 1 else 0 end) = 0

),

-- of several lists, what is due first
first_due as (

    select
        person_id,
        min(least(month_ends_at, coalesce(first_message_at, month_ends_at))) as due_at
    from untold
    group by person_id

)

select
    person_id,
    cast(due_at as date) as due_on,
    due_at < {{ as_of() }} as is_overdue
from first_due
