-- of what each person's household has bought something for itself that may be used: what an offer may rest on
select distinct
    persons.person_id,
    purchases.topic
from {{ ref('int_persons') }} as persons
inner join {{ ref('int_household_purchases') }} as purchases
    on persons.household_id = purchases.household_id
where purchases.topic is not null
