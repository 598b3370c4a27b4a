-- people of households which buy something regularly and are due again: the most overdue thing, one a household
with

regular as (

    select
        household_id,
        topic,
        {{ days_since('last_purchased_on') }} as days_since,
        typical_days
    from {{ ref('observed_household_topics') }}
    where purchase_days >= {{ var('regular_purchase_days') }}

),

ranked as (

    select
        household_id,
        topic,
        row_number() over (
            partition by household_id
            order by days_since - typical_days desc, topic asc
        ) as overdue_rank
    from regular
    where
        days_since >= typical_days
        and days_since < 3 * typical_days

)

select
    persons.person_id,
    ranked.topic as offer_topic,
    ranked.topic as based_on
from ranked
inner join {{ ref('declared_persons') }} as persons
    on ranked.household_id = persons.household_id
where ranked.overdue_rank = 1
