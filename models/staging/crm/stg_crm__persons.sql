select
    person_id,
    household_id,
    first_name,
    last_name,
    is_declared_adult,
    birth_year,
    birthday_month,
    jurisdiction,
    created_at,
    case when home in ('owner', 'renter') then home end as home_declared
from {{ ref('base_crm__persons') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
