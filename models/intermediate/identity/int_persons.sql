-- one row per person: what the leading record says; of an age, what any record says, also one that cannot be read
with

ages as (

    select
        identity.person_id,
        -- as young as any record makes it possible: the birthday may still lie ahead
        min(extract(year from {{ as_of() }}) - records.birth_year) - 1 as youngest_age,
        max(case when {{ says_minor('records', as_of()) }} then 1 else 0 end) = 1 as is_minor,
        max(case when {{ says_adult('records', as_of()) }} then 1 else 0 end) = 1 as may_be_adult
    from {{ ref('base_crm__persons') }} as records
    inner join {{ ref('int_identity') }} as identity
        on records.person_id = identity.record_id
    group by identity.person_id

)

select
    persons.person_id,
    persons.household_id,
    -- R47
    case when persons.created_at > kept_names.kept_since then persons.first_name end as first_name,
    persons.last_name,
    case when persons.created_at > kept_months.kept_since then persons.birthday_month end as birthday_month,
    persons.home_declared,
    persons.jurisdiction,
    ages.youngest_age,
    ages.is_minor,
    -- a word counts from when it could be true, by any year of birth that a record tells
    not ages.is_minor
    and {{ says_adult('persons', as_of()) }}
    and (
        coalesce(ages.youngest_age <> 17, true)
        or extract(year from persons.created_at) = extract(year from {{ as_of() }})
    ) as is_adult,
    ages.is_minor and not ages.may_be_adult as is_child
from {{ ref('stg_crm__persons') }} as persons
inner join {{ ref('int_identity') }} as identity
    on
        persons.person_id = identity.record_id
        and persons.person_id = identity.person_id
inner join ages
    on persons.person_id = ages.person_id
inner join {{ ref('int_retention') }} as kept_names
    on kept_names.datum = 'first_name'
inner join {{ ref('int_retention') }} as kept_months
    on kept_months.datum = 'birthday_month'
