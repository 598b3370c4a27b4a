select
    person_id,
    household_id,
    first_name,
    last_name,
    birthday_month,
    home_declared,
    jurisdiction,
    is_minor,
    is_adult
from {{ ref('int_persons') }}
