-- Which offer may follow from which ground: the same topic, or its companion by the list that is written by hand.
create temp table fitting_offers as
select
    topic as based_on,
    topic as offer_topic
from reference.topics
union
select
    companions.topic as based_on,
    companions.companion as offer_topic
from reference.companions
semi join reference.topics
    on companions.companion = topics.topic;


-- Topics that tell of a special category: never in marketing.
create temp table special_topics as
select topic
from reference.topics
where special_category <> '';
