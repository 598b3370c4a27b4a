-- What the gate means by its words. Written apart from the models, and as positive lists: who is not on one is out.
--
-- The models work out which rules stand against a person; this works out who may be contacted, from the staged
-- permission records. Where the two disagree, the gate closes. The suites in gate/suites/ speak in these words.
-- Each statement makes one temporary table, in the gate's own connection. The session variable askfirst_as_of is the
-- only clock; where it is not set, every list below is empty and nobody passes.


-- Every purpose on every channel.
create temp table grid as
select
    purposes.purpose,
    channels.channel
from reference.purposes
cross join reference.channels;


-- What was known at as_of, one row per consent event and purpose.
create temp table known_events as
select
    *,
    coalesce(event_state in ('ConsentGiven', 'RenewedConsentGiven'), false) and confirmation_of is null as is_grant,
    coalesce(event_state in ('ConsentGiven', 'RenewedConsentGiven'), false)
    and confirmation_of is not null as is_confirmation
from staging.stg_consent__event_purposes
where
    event_earliest <= cast(getvariable('askfirst_as_of') as timestamp)
    and received_at <= cast(getvariable('askfirst_as_of') as timestamp);


-- Grants that are worth something: an act of the person, for this purpose by itself, freely, informed, and proved. Where
-- no zone was written with its time, it begins at the latest that it may mean, and is as old as the earliest.
create temp table valid_grants as
select
    grants.person_id as record_id,
    grants.purpose,
    grants.channel,
    grants.event_earliest as event_time
from known_events as grants
inner join reference.notices
    on grants.privacy_notice = notices.privacy_notice
inner join reference.purposes
    on
        grants.purpose = purposes.purpose
        and notices.valid_from >= purposes.since
        and notices.controller = purposes.controller
        and coalesce(nullif(notices.brand, ''), purposes.brand) = purposes.brand
where
    grants.is_grant
    and grants.collection_method in ('web_form', 'paper_form', 'phone', 'preference_centre')
    and grants.pre_ticked is not true
    and (grants.purpose_count = 1 or grants.separate_choices is true)
    and grants.required_for_service is not true
    and grants.incentive is not true
    and grants.without_refusal is not true
    and grants.notice_shown_at <= grants.event_earliest
    and grants.event_latest <= cast(getvariable('askfirst_as_of') as timestamp)
    and notices.controller <> ''
    and list_contains(string_split(notices.purposes, '|'), grants.purpose)
    and notices.right_to_withdraw is true
    and notices.steps_to_withdraw <= notices.steps_to_give
    and grants.evidence <> ''
    and grants.legal_basis = 'consent'
    and (
        notices.double_opt_in is null
        or not list_contains(string_split(notices.double_opt_in, '|'), grants.channel)
        or exists (
            select 1
            from known_events as confirmations
            where
                confirmations.is_confirmation
                and confirmations.confirmation_of = grants.event_id
                and confirmations.person_id = grants.person_id
                and confirmations.purpose = grants.purpose
                and confirmations.channel = grants.channel
                and confirmations.event_earliest >= grants.event_latest
                and confirmations.event_latest <= cast(getvariable('askfirst_as_of') as timestamp)
                and confirmations.collection_method in ('web_form', 'paper_form', 'phone', 'preference_centre')
        )
    );


-- Records with a permission record that nobody can read: it may have been a withdrawal.
create temp table unreadable as
select distinct person_id as record_id
from private.staging.quarantine
where
    starts_with(raw_table, 'consent__')
    and person_id is not null
    and reason is distinct from 'duplicate';


-- For how many months each record's consent lasts, by where its person lives; where that is not known, the fewest.
create temp table terms as
select
    identity.record_id,
    coalesce(
        parameters.consent_months, (select min(shortest.consent_months) from reference.consent_parameters as shortest)
    ) as months
from intermediate.int_identity as identity
left join staging.stg_crm__persons as persons
    on identity.record_id = persons.person_id
left join reference.consent_parameters as parameters
    on persons.jurisdiction = parameters.jurisdiction;


-- Consent in force: a grant that is worth something and no older than its term, and nothing else said at that time or
-- after it.
create temp table consent_in_force as
select distinct
    valid_grants.record_id,
    valid_grants.purpose,
    valid_grants.channel
from valid_grants
inner join terms
    on
        valid_grants.record_id = terms.record_id
        and valid_grants.event_time + to_months(terms.months) > cast(getvariable('askfirst_as_of') as timestamp)
anti join known_events as others
    on
        valid_grants.record_id = others.person_id
        and valid_grants.purpose = others.purpose
        and valid_grants.channel = others.channel
        and valid_grants.event_time <= others.event_latest
        and not others.is_grant
        and not others.is_confirmation
anti join unreadable
    on valid_grants.record_id = unreadable.record_id;


-- Persons every record of whom has consent in force.
create temp table persons_in_force as
select
    identity.person_id,
    grid.purpose,
    grid.channel
from intermediate.int_identity as identity
cross join grid
left join consent_in_force
    on
        identity.record_id = consent_in_force.record_id
        and grid.purpose = consent_in_force.purpose
        and grid.channel = consent_in_force.channel
group by identity.person_id, grid.purpose, grid.channel
having bool_and(consent_in_force.record_id is not null);


-- Objections and unsubscribes of any record, as soon as they have arrived and whatever date they bear. A scope that
-- names no purpose is all of them. One thing lifts either: a later grant of the same record, for that purpose and channel.
create temp table said_no as
with

said as (

    select
        objections.person_id as record_id,
        grid.purpose,
        grid.channel,
        objections.objected_at as said_at
    from staging.stg_consent__objections as objections
    inner join grid
        on
            objections.scope = grid.purpose
            or objections.scope is null
            or objections.scope not in (select purpose from reference.purposes)
    where objections.received_at <= cast(getvariable('askfirst_as_of') as timestamp)
    union all
    select
        unsubscribes.person_id as record_id,
        grid.purpose,
        grid.channel,
        unsubscribes.unsubscribed_at as said_at
    from staging.stg_consent__unsubscribes as unsubscribes
    inner join grid
        on unsubscribes.channel = grid.channel
    where unsubscribes.received_at <= cast(getvariable('askfirst_as_of') as timestamp)

)

select distinct
    coalesce(identity.person_id, said.record_id) as person_id,
    said.purpose,
    said.channel
from said
left join intermediate.int_identity as identity
    on said.record_id = identity.record_id
anti join valid_grants
    on
        said.record_id = valid_grants.record_id
        and said.purpose = valid_grants.purpose
        and said.channel = valid_grants.channel
        and said.said_at < valid_grants.event_time;


-- The address in use of each person on each channel: the newest that the leading record gave, with the name on it.
create temp table addresses_in_use as
select
    addresses.person_id,
    channels.channel,
    persons.last_name,
    addresses.email,
    addresses.street,
    addresses.postcode,
    addresses.city
from staging.stg_crm__addresses as addresses
inner join reference.channels
    on addresses.kind = channels.address_kind
inner join staging.stg_crm__persons as persons
    on addresses.person_id = persons.person_id
where addresses.valid_from <= cast(getvariable('askfirst_as_of') as timestamp)
qualify row_number() over (
    partition by addresses.person_id, channels.channel
    order by addresses.valid_from desc, addresses.address_id desc
) = 1;


-- Whoever said no, and whoever would be reached at an address that one who said no has given us: a mailbox has one
-- reader, and an envelope with the same name on it one addressee. What nobody can read may have been a no.
create temp table suppressed as
with

unwilling as (

    select * from said_no
    union
    select
        identity.person_id,
        grid.purpose,
        grid.channel
    from unreadable
    inner join intermediate.int_identity as identity
        on unreadable.record_id = identity.record_id
    cross join grid

),

given as (

    select
        identity.person_id,
        channels.channel,
        coalesce(
            lower(addresses.email),
            lower(concat_ws('|', persons.last_name, addresses.street, addresses.postcode, addresses.city))
        ) as written
    from staging.stg_crm__addresses as addresses
    inner join reference.channels
        on addresses.kind = channels.address_kind
    inner join intermediate.int_identity as identity
        on addresses.person_id = identity.record_id
    left join staging.stg_crm__persons as persons
        on addresses.person_id = persons.person_id
    where addresses.valid_from <= cast(getvariable('askfirst_as_of') as timestamp)

),

reached as (

    select
        person_id,
        channel,
        coalesce(lower(email), lower(concat_ws('|', last_name, street, postcode, city))) as written
    from addresses_in_use

)

select * from said_no
union
select
    reached.person_id,
    unwilling.purpose,
    unwilling.channel
from unwilling
inner join given
    on
        unwilling.person_id = given.person_id
        and unwilling.channel = given.channel
inner join reached
    on
        given.channel = reached.channel
        and given.written = reached.written
        and given.person_id <> reached.person_id;


-- Persons as they told us about themselves: the record that leads says who and where; a minor by any record is one.
create temp table people as
with

records as (

    select
        identity.person_id,
        persons.person_id = identity.person_id as leads,
        persons.household_id,
        persons.is_declared_adult,
        extract(year from cast(getvariable('askfirst_as_of') as timestamp)) - persons.birth_year as years
    from staging.stg_crm__persons as persons
    inner join intermediate.int_identity as identity
        on persons.person_id = identity.record_id

)

select
    person_id,
    any_value(household_id) filter (where leads) as household_id,
    bool_or(is_declared_adult is false or coalesce(years < 18, false)) as is_minor,
    coalesce(bool_or(is_declared_adult is true or years >= 19) filter (where leads), false) as is_grown
from records
group by person_id;


-- Households of which somebody's record cannot be read: nobody knows what they permit.
create temp table unreadable_persons as
select try_cast(json_extract_string(raw_row, '$.household_id') as bigint) as household_id
from private.staging.quarantine
where
    raw_table = 'crm__persons'
    and reason is distinct from 'duplicate';


-- Adults by their own word; who may be a minor is none.
create temp table known_adults as
select person_id
from people
where
    is_grown
    and not is_minor;


-- Data that the last word of any record of a person switched off for a purpose; at a tie, off (R34, R35).
create temp table switched_off as
select
    coalesce(identity.person_id, switches.person_id) as person_id,
    switches.datum,
    switches.purpose
from staging.stg_crm__switches as switches
left join intermediate.int_identity as identity
    on switches.person_id = identity.record_id
where switches.switched_at <= cast(getvariable('askfirst_as_of') as timestamp)
group by identity.person_id, switches.person_id, switches.datum, switches.purpose
having
    max(switches.switched_at) filter (where switches.state is distinct from 'on')
    >= coalesce(max(switches.switched_at) filter (where switches.state = 'on'), '-infinity')
union
-- A switch that nobody can read may have been an off, of anything.
select
    identity.person_id,
    data.datum,
    purposes.purpose
from private.staging.quarantine
inner join intermediate.int_identity as identity
    on quarantine.person_id = identity.record_id
cross join reference.data as data
cross join reference.purposes as purposes
where
    quarantine.raw_table = 'crm__switches'
    and quarantine.reason is distinct from 'duplicate'
    and coalesce(json_extract_string(quarantine.raw_row, '$.datum') not in (
        select listed.datum from reference.data as listed where listed.datum <> data.datum
    ), true)
    and coalesce(json_extract_string(quarantine.raw_row, '$.purpose') not in (
        select listed.purpose from reference.purposes as listed where listed.purpose <> purposes.purpose
    ), true);


-- Baskets of entries that nobody can read: they may have been gifts.
create temp table unreadable_gifts as
select try_cast(json_extract_string(raw_row, '$.basket_id') as bigint) as basket_id
from private.staging.quarantine
where
    raw_table = 'crm__gifts'
    and reason not in ('neither marked nor shipped to another', 'duplicate');


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
    person_id,
    'first_name' as datum,
    first_name as value
from staging.stg_crm__persons
where first_name <> ''
union all
select
    person_id,
    'birthday_month' as datum,
    cast(birthday_month as varchar) as value
from staging.stg_crm__persons
where birthday_month is not null
union all
select
    person_id,
    datum,
    topic as value
from staging.stg_crm__preferences
where stated_at <= cast(getvariable('askfirst_as_of') as timestamp)
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


-- Persons every other adult of whose household permits the use of its purchases. Whoever is not known to be a minor
-- counts as an adult who has to permit it.
create temp table household_agrees as
with

agreeing as (

    select
        persons_in_force.person_id,
        persons_in_force.purpose,
        persons_in_force.channel
    from persons_in_force
    semi join known_adults
        on persons_in_force.person_id = known_adults.person_id
    anti join suppressed
        on
            persons_in_force.person_id = suppressed.person_id
            and persons_in_force.purpose = suppressed.purpose
            and persons_in_force.channel = suppressed.channel
    anti join switched_off
        on
            persons_in_force.person_id = switched_off.person_id
            and persons_in_force.purpose = switched_off.purpose
            and switched_off.datum = 'purchases'

)

select
    persons.person_id,
    grid.purpose,
    grid.channel
from people as persons
cross join grid
left join people as others
    on
        persons.household_id = others.household_id
        and persons.person_id <> others.person_id
        and not others.is_minor
left join agreeing
    on
        others.person_id = agreeing.person_id
        and grid.purpose = agreeing.purpose
        and grid.channel = agreeing.channel
anti join unreadable_persons
    on persons.household_id = unreadable_persons.household_id
where persons.household_id is not null
group by persons.person_id, grid.purpose, grid.channel
having bool_and(others.person_id is null or agreeing.person_id is not null);


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
