-- R18: neither what somebody likes nor what may be offered beside it is of a special category
select
    companions.topic,
    companions.companion
from {{ ref('companions') }} as companions
inner join {{ ref('topics') }} as topics
    on topics.topic in (companions.topic, companions.companion)
where topics.special_category is not null
