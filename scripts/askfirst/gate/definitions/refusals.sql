-- Whose each record is. Who has no customer record is somebody all the same, and may have said no.
create temp table whose as
select
    record_id,
    person_id
from intermediate.int_identity
union all
select
    named.record_id,
    named.record_id as person_id
from (
    select person_id as record_id from staging.stg_consent__objections
    union
    select person_id as record_id from staging.stg_consent__unsubscribes
    union
    select record_id from unreadable
    union
    select record_id from addresses_given
) as named
anti join intermediate.int_identity as identity
    on named.record_id = identity.record_id;


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
    whose.person_id,
    said.purpose,
    said.channel
from said
inner join whose
    on said.record_id = whose.record_id
anti join valid_grants
    on
        said.record_id = valid_grants.record_id
        and said.purpose = valid_grants.purpose
        and said.channel = valid_grants.channel
        and said.said_at < valid_grants.event_time;


-- Whoever is back at an address that was erased: the opt-out outlives the erasure, until the person grants anew.
create temp table opted_out_when_erased as
select
    identity.person_id,
    grid.purpose,
    grid.channel
from intermediate.int_suppressed_records as suppressed_records
inner join grid
    on suppressed_records.channel = grid.channel
inner join intermediate.int_identity as identity
    on suppressed_records.record_id = identity.record_id
anti join valid_grants
    on
        suppressed_records.record_id = valid_grants.record_id
        and grid.purpose = valid_grants.purpose
        and grid.channel = valid_grants.channel
        and suppressed_records.suppressed_at < valid_grants.event_time;


-- Whose data we may keep and not use: they asked us to hold still, until they say otherwise, or that it is wrong, until
-- that is settled; or somebody reported that they died.
create temp table held_still as
select distinct identity.person_id
from staging.stg_consent__requests as requests
inner join intermediate.int_identity as identity
    on requests.person_id = identity.record_id
where
    requests.requested_at <= cast(getvariable('askfirst_as_of') as timestamp)
    and requests.received_at <= cast(getvariable('askfirst_as_of') as timestamp)
group by identity.record_id, identity.person_id
having
    bool_or(
        requests.kind = 'accuracy_dispute'
        and coalesce(requests.closed_at > cast(getvariable('askfirst_as_of') as timestamp), true)
    )
    or max(requests.requested_at) filter (where requests.kind = 'restriction')
    >= coalesce(max(requests.requested_at) filter (where requests.kind = 'restriction_lifted'), '-infinity')
    or max(requests.requested_at) filter (where requests.kind = 'deceased_report')
    >= coalesce(max(requests.requested_at) filter (where requests.kind = 'deceased_report_withdrawn'), '-infinity');


-- The address in use of each person on each channel: the newest that the leading record gave, with the name on it.
create temp table addresses_in_use as
select
    addresses.person_id,
    channels.channel,
    addresses.kind,
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


-- Every last name that some row of a person tells, however it is spelled; also one that nobody can read the rest of.
create temp table last_names as
select distinct
    whose.person_id,
    trim(regexp_replace(strip_accents(lower(regexp_replace(
        told.last_name, '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g'
    ))), '[^\p{L}\p{N}]+', ' ', 'g')) as last_name
from (
    select
        person_id as record_id,
        last_name
    from staging.stg_crm__persons
    union all
    select
        person_id as record_id,
        json_extract_string(raw_row, '$.last_name') as last_name
    from private.staging.quarantine
    where raw_table = 'crm__persons'
) as told
inner join whose
    on told.record_id = whose.record_id
where regexp_matches(told.last_name, '[\p{L}\p{N}]');


-- Whoever said no, now or before an erasure, or is held still; and whoever would be reached at an address that one who
-- said no has given us: a mailbox has one reader, and a letter-box one for each name, as far as names are known. What
-- nobody can read may have been a no.
create temp table suppressed as
with

unwilling as (

    select * from said_no
    union
    select
        whose.person_id,
        grid.purpose,
        grid.channel
    from unreadable
    inner join whose
        on unreadable.record_id = whose.record_id
    cross join grid

),

given as (

    select distinct
        whose.person_id,
        addresses_given.channel,
        addresses_given.is_letter_box,
        addresses_given.place
    from addresses_given
    inner join whose
        on addresses_given.record_id = whose.record_id

),

reached as (

    select
        addresses_given.record_id as person_id,
        addresses_given.channel,
        addresses_given.place
    from addresses_given
    semi join staging.stg_crm__persons as persons
        on addresses_given.record_id = persons.person_id
    qualify row_number() over (
        partition by addresses_given.record_id, addresses_given.channel
        order by addresses_given.valid_from desc, addresses_given.address_id desc
    ) = 1

)

select * from said_no
union
select * from opted_out_when_erased
union
select
    held_still.person_id,
    grid.purpose,
    grid.channel
from held_still
cross join grid
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
        and given.place = reached.place
        and given.person_id <> reached.person_id
left join last_names as names
    on given.person_id = names.person_id
left join last_names as names_reached
    on reached.person_id = names_reached.person_id
where
    not given.is_letter_box
    or coalesce(names.last_name = names_reached.last_name, true);
