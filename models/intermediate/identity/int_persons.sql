-- one row per person: what the leading record says; what another record of the person says is not guessed together
with

records as (

    select * from {{ ref('stg_crm__persons') }}

),

lead_records as (

    select distinct person_id from {{ ref('int_identity') }}

),

ages as (

    select
        person_id,
        extract(year from {{ as_of() }}) - birth_year as years
    from records

)

select
    records.person_id,
    records.household_id,
    records.first_name,
    records.last_name,
    records.birthday_month,
    records.home_declared,
    records.jurisdiction,
    coalesce(not records.is_declared_adult, false) or coalesce(ages.years < 18, false) as is_minor,
    coalesce(records.is_declared_adult, ages.years >= 19, false)
    and coalesce(ages.years >= 18, true) as is_adult
from records
inner join lead_records
    on records.person_id = lead_records.person_id
inner join ages
    on records.person_id = ages.person_id
