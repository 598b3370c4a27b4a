-- people who told us that they love ribs, and that their birthday is this month
select
    persons.person_id,
    'ribs' as offer_topic,
    preferences.topic as based_on
from {{ ref('declared_persons') }} as persons
inner join {{ ref('declared_preferences') }} as preferences
    on persons.person_id = preferences.person_id
where
    preferences.datum = 'favourite_cut'
    and preferences.topic = 'ribs'
    and persons.birthday_month = extract(month from {{ as_of() }})
