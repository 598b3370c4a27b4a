-- Baskets of entries that nobody can read: they may have been gifts.
create temp table unreadable_gifts as
select
    try_cast(regexp_extract(regexp_replace(
        json_extract_string(raw_row, '$.basket_id'), '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g'
    ), '^\D*(\d+)(\.0*)?\D*$', 1) as bigint) as basket_id
from private.staging.quarantine
where
    raw_table = 'crm__gifts'
    and reason not in ('neither marked nor shipped to another', 'duplicate');


-- Since when each datum may be used: as long as the list of data keeps it; where nobody says how long, none (R47).
create temp table kept_since as
select
    datum,
    cast(getvariable('askfirst_as_of') as timestamp)
    - to_years(try_cast(regexp_extract(retention, '^P([1-9][0-9]?)Y$', 1) as integer)) as kept_since
from reference.data;


-- What each person's household bought for itself at least once: a basket that was a gift is nobody's taste.
create temp table tastes as
select distinct
    persons.person_id,
    products.topic
from staging.stg_completejourney__transactions as transactions
inner join staging.stg_completejourney__products as products
    on transactions.product_id = products.product_id
inner join people as persons
    on transactions.household_id = persons.household_id
inner join kept_since
    on
        kept_since.datum = 'purchases'
        and transactions.purchased_at > kept_since.kept_since
anti join staging.stg_crm__gifts as gifts
    on transactions.basket_id = gifts.basket_id
anti join unreadable_gifts
    on transactions.basket_id = unreadable_gifts.basket_id
where
    products.topic is not null
    and transactions.purchased_at <= cast(getvariable('askfirst_as_of') as timestamp);


-- What a person told us, word for word, or what their household's own purchases say.
create temp table told as
select
    persons.person_id,
    'first_name' as datum,
    persons.first_name as value
from staging.stg_crm__persons as persons
inner join kept_since
    on
        kept_since.datum = 'first_name'
        and persons.created_at > kept_since.kept_since
where persons.first_name <> ''
union all
select
    persons.person_id,
    'birthday_month' as datum,
    cast(persons.birthday_month as varchar) as value
from staging.stg_crm__persons as persons
inner join kept_since
    on
        kept_since.datum = 'birthday_month'
        and persons.created_at > kept_since.kept_since
where persons.birthday_month is not null
union all
select
    preferences.person_id,
    preferences.datum,
    preferences.topic as value
from staging.stg_crm__preferences as preferences
inner join kept_since
    on
        preferences.datum = kept_since.datum
        and preferences.stated_at > kept_since.kept_since
where preferences.stated_at <= cast(getvariable('askfirst_as_of') as timestamp)
union all
select
    person_id,
    'purchases' as datum,
    topic as value
from tastes;


-- Of this, what the leading record says, was collected for a purpose and is not switched off for it.
create temp table usable_data as
select
    told.person_id,
    told.datum,
    told.value,
    grid.purpose
from told
semi join people
    on told.person_id = people.person_id
inner join reference.data as collected
    on told.datum = collected.datum
inner join (select distinct purpose from grid) as grid
    on list_contains(string_split(collected.purposes, '|'), grid.purpose)
anti join switched_off
    on
        told.person_id = switched_off.person_id
        and told.datum = switched_off.datum
        and grid.purpose = switched_off.purpose;
