-- people of households which lately bought something that goes well with something else, by the hand-written list
with

ranked as (

    select
        bought.household_id,
        companions.companion,
        bought.topic,
        row_number() over (
            partition by bought.household_id
            order by bought.last_purchased_on desc, bought.topic asc, companions.companion asc
        ) as recency_rank
    from {{ ref('observed_household_topics') }} as bought
    inner join {{ ref('companions') }} as companions
        on bought.topic = companions.topic
    where bought.last_purchased_on >= {{ days_ago(var('recent_days')) }}

)

select
    persons.person_id,
    ranked.companion as offer_topic,
    ranked.topic as based_on
from ranked
inner join {{ ref('declared_persons') }} as persons
    on ranked.household_id = persons.household_id
where ranked.recency_rank = 1
