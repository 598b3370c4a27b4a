-- how often a household buys what: days with a purchase, and the typical number of days between two of them
with

days as (

    select distinct
        household_id,
        topic,
        cast(purchased_at as date) as purchased_on
    from {{ ref('int_household_purchases') }}
    where topic is not null

),

summed as (

    select
        household_id,
        topic,
        count(*) as purchase_days,
        min(purchased_on) as first_purchased_on,
        max(purchased_on) as last_purchased_on
    from days
    group by household_id, topic

),

spanned as (

    select
        household_id,
        topic,
        purchase_days,
        first_purchased_on,
        last_purchased_on,
        {{ days_between('first_purchased_on', 'last_purchased_on') }}
            as span_days
    from summed

)

select
    household_id,
    topic,
    cast(purchase_days as integer) as purchase_days,
    first_purchased_on,
    last_purchased_on,
    cast(round(span_days * 1.0 / nullif(purchase_days - 1, 0)) as integer) as typical_days
from spanned
