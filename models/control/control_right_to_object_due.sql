-- R22: who has not been shown the right to object by itself yet, and whom we have written to nevertheless
with

told as (

    select distinct contacts.person_id
    from {{ ref('int_contacts') }} as contacts
    inner join {{ ref('notices') }} as notices
        on contacts.privacy_notice = notices.privacy_notice
    where notices.right_to_object

),

first_messages as (

    select
        person_id,
        min(reached_at) as reached_at
    from {{ ref('int_contacts') }}
    where is_message
    group by person_id

)

select
    persons.person_id,
    -- nobody can say when the first message will be; it is the day by which they have to be shown
    cast(first_messages.reached_at as date) as due_on,
    first_messages.person_id is not null as is_overdue
from {{ ref('int_persons') }} as persons
left join told
    on persons.person_id = told.person_id
left join first_messages
    on persons.person_id = first_messages.person_id
where told.person_id is null
