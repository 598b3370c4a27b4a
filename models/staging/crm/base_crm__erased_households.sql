{{ config(materialized="view") }}

-- R45: households of whoever asked to be erased, and when last; nobody can say what of their purchases was whose
select
    persons.household_id,
    max(erased.erased_at) as erased_at
from {{ ref('base_crm__persons') }} as persons
inner join {{ ref('base_consent__erased_records') }} as erased
    on persons.person_id = erased.record_id
where persons.household_id is not null
group by persons.household_id
