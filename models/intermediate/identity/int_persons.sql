-- one row per person: what the leading record says; only a minor's age counts from any record of the person
with

records as (

    select
        identity.person_id,
        persons.person_id = identity.person_id as is_lead_record,
        persons.household_id,
        persons.first_name,
        persons.last_name,
        persons.birthday_month,
        persons.home_declared,
        persons.jurisdiction,
        persons.is_declared_adult,
        extract(year from {{ as_of() }}) - persons.birth_year as years
    from {{ ref('stg_crm__persons') }} as persons
    inner join {{ ref('int_identity') }} as identity
        on persons.person_id = identity.record_id

),

minors as (

    select distinct person_id from records
    where
        not is_declared_adult
        or years < 18

),

-- as young as any record of the person makes it possible: the birthday may still lie ahead
ages as (

    select
        person_id,
        min(years) - 1 as youngest_age
    from records
    group by person_id

)

select
    records.person_id,
    records.household_id,
    records.first_name,
    records.last_name,
    records.birthday_month,
    records.home_declared,
    records.jurisdiction,
    ages.youngest_age,
    minors.person_id is not null as is_minor,
    minors.person_id is null and coalesce(records.is_declared_adult, records.years >= 19, false) as is_adult
from records
inner join ages
    on records.person_id = ages.person_id
left join minors
    on records.person_id = minors.person_id
where records.is_lead_record
