-- people who told us their first name
select
    person_id,
    'greeting' as offer_topic,
    'greeting' as based_on
from {{ ref('declared_persons') }}
where first_name is not null
