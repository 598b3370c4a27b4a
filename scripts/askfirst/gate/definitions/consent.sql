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
    and confirmation_of is not null as is_confirmation,
    -- The words of its evidence: other stops and capitals make no other proof.
    array_to_string(list_filter(regexp_split_to_array(strip_accents(lower(regexp_replace(
        evidence, '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g'
    ))), '[^\p{L}\p{N}]+'), lambda word: word <> ''), ' ') as proof,
    -- One form may have come as several rows: of what one says the others are.
    count(distinct purpose) over act as purposes_of_act,
    bool_and(
        coalesce(legal_basis = 'consent', false)
        and pre_ticked is not true
        and required_for_service is not true
        and incentive is not true
        and without_refusal is not true
        and coalesce(collection_method in ('web_form', 'paper_form', 'phone', 'preference_centre'), false)
    ) over act as is_act_of_will
from staging.stg_consent__event_purposes
where
    event_earliest <= cast(getvariable('askfirst_as_of') as timestamp)
    and received_at <= cast(getvariable('askfirst_as_of') as timestamp)
window act as (partition by person_id, proof, event_earliest, event_latest, is_grant, is_confirmation);


-- Since when each proof is used: it shows the act that it was first told of. What confirms a grant may bear the grant's.
create temp table first_uses as
select
    acts.person_id as record_id,
    acts.proof,
    min(acts.event_earliest) as used_at
from known_events as acts
anti join known_events as grants
    on
        acts.is_confirmation
        and grants.is_grant
        and acts.confirmation_of = grants.event_id
        and acts.person_id = grants.person_id
        and acts.proof = grants.proof
where acts.proof <> ''
group by acts.person_id, acts.proof;


-- What confirms a grant: a yes like any other, of which it is certain that it has been said.
create temp table confirmations as
select
    acts.*,
    first_uses.proof is not null as has_own_proof
from known_events as acts
left join first_uses
    on
        acts.person_id = first_uses.record_id
        and acts.proof = first_uses.proof
        and acts.event_earliest = first_uses.used_at
where
    acts.is_confirmation
    and acts.is_act_of_will
    and acts.event_latest <= cast(getvariable('askfirst_as_of') as timestamp)
    and (
        acts.privacy_notice is null
        or acts.privacy_notice in (select notices.privacy_notice from reference.notices as notices)
    );


-- Grants that are worth something: an act of the person, for this purpose by itself, freely, informed, and proved. Where
-- no zone was written with its time, it begins at the latest that it may mean, and is as old as the earliest.
create temp table valid_grants as
select
    grants.person_id as record_id,
    grants.purpose,
    grants.channel,
    grants.event_earliest as event_time
from known_events as grants
inner join first_uses
    on
        grants.person_id = first_uses.record_id
        and grants.proof = first_uses.proof
        and grants.event_earliest = first_uses.used_at
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
    and grants.is_act_of_will
    and (grants.purposes_of_act = 1 or grants.separate_choices is true)
    and grants.notice_shown_at between notices.valid_from and grants.event_earliest
    and grants.event_latest <= cast(getvariable('askfirst_as_of') as timestamp)
    and notices.controller <> ''
    and list_contains(string_split(notices.purposes, '|'), grants.purpose)
    and notices.right_to_withdraw is true
    and notices.steps_to_withdraw <= notices.steps_to_give
    and (
        notices.double_opt_in is null
        or not list_contains(string_split(notices.double_opt_in, '|'), grants.channel)
        or exists (
            select 1
            from confirmations
            where
                confirmations.confirmation_of = grants.event_id
                and confirmations.person_id = grants.person_id
                and confirmations.purpose = grants.purpose
                and confirmations.channel = grants.channel
                and confirmations.event_earliest >= grants.event_latest
                and (confirmations.has_own_proof or confirmations.proof = grants.proof)
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


-- For how many months each record's consent lasts: by the one place where all rows of its person say that they live. Where
-- there is no such place, or it is not in the list, the fewest.
create temp table terms as
with

told as (

    select
        identity.person_id,
        persons.jurisdiction
    from intermediate.int_identity as identity
    inner join staging.stg_crm__persons as persons
        on identity.record_id = persons.person_id
    union all
    select
        identity.person_id,
        null as jurisdiction
    from intermediate.int_identity as identity
    inner join private.staging.quarantine
        on
            identity.record_id = quarantine.person_id
            and quarantine.raw_table = 'crm__persons'
            and quarantine.reason is distinct from 'duplicate'

),

places as (

    select
        person_id,
        any_value(jurisdiction) as jurisdiction
    from told
    group by person_id
    having
        count(distinct jurisdiction) = 1
        and bool_and(jurisdiction is not null)

)

select
    identity.record_id,
    coalesce(
        parameters.consent_months, (select min(shortest.consent_months) from reference.consent_parameters as shortest)
    ) as months
from intermediate.int_identity as identity
left join places
    on identity.person_id = places.person_id
left join reference.consent_parameters as parameters
    on places.jurisdiction = parameters.jurisdiction;


-- Where a message would arrive at every address that a record gave, by its channel, however it is spelled: a mailbox, or
-- the street, postcode and town of a letter-box.
create temp table addresses_given as
select
    addresses.person_id as record_id,
    channels.channel,
    addresses.valid_from,
    addresses.address_id,
    addresses.email is null or (addresses.kind = 'postal' and addresses.street is not null) as is_letter_box,
    case
        when is_letter_box then list_transform([addresses.street, addresses.postcode, addresses.city], lambda part:
            regexp_split_to_array(strip_accents(lower(regexp_replace(
                part, '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g'
            ))), '[^\p{L}\p{N}]+').list_filter(lambda word: word <> ''))
        else [[lower(regexp_replace(
            nfc_normalize(addresses.email),
            '[^\p{L}\p{N}\p{P}\p{S}]|[\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}]',
            '',
            'g'
        ))]]
    end as place
from staging.stg_crm__addresses as addresses
inner join reference.channels
    on addresses.kind = channels.address_kind
where addresses.valid_from <= cast(getvariable('askfirst_as_of') as timestamp);


-- When each record last gave another address for a channel, or mail to it came back; to a mailbox from whoever had it. The
-- address that is written to is the leading record's: it is left as well by who leaves it under another record. Consent
-- goes with the address: only what was granted later counts. What nobody can read may have been either, just now.
create temp table moved as
with

spans as (

    select
        *,
        lag(place) over entries as place_before,
        lag(address_id) over entries as address_before,
        lead(valid_from) over entries as valid_to
    from addresses_given
    window entries as (partition by record_id, channel order by valid_from, address_id)

),

-- What an entry means: where several mailboxes stand in it, each.
meant as (

    select
        *,
        unnest(list_distinct(list_append(
            if(is_letter_box, [], regexp_extract_all(place[1][1], '[^ ,;:<>"()|]+@[^ ,;:<>"()|]+')),
            array_to_string(list_transform(place, lambda words: array_to_string(words, '')), '|')
        ))) as one_place
    from spans

),

came_back as (

    select
        bounces.person_id as record_id,
        bounces.channel,
        bounces.bounced_at,
        meant.one_place
    from staging.stg_crm__bounces as bounces
    left join meant
        on
            bounces.person_id = meant.record_id
            and bounces.channel = meant.channel
            and not meant.is_letter_box
            and bounces.bounced_at >= meant.valid_from
            and coalesce(bounces.bounced_at < meant.valid_to, true)
    where
        bounces.kind = 'hard'
        and bounces.bounced_at <= cast(getvariable('askfirst_as_of') as timestamp)
        and bounces.received_at <= cast(getvariable('askfirst_as_of') as timestamp)

),

changes as (

    select
        record_id,
        channel,
        valid_from as moved_at
    from spans
    where place <> place_before
    union all
    select
        in_use.record_id,
        in_use.channel,
        moves.valid_from as moved_at
    from spans as moves
    inner join intermediate.int_identity as identity
        on
            moves.record_id = identity.record_id
            and moves.record_id <> identity.person_id
    inner join meant as left_behind
        on
            moves.address_before = left_behind.address_id
            and moves.channel = left_behind.channel
    inner join meant as in_use
        on
            identity.person_id = in_use.record_id
            and moves.channel = in_use.channel
            and left_behind.one_place = in_use.one_place
            and moves.valid_from >= in_use.valid_from
            and coalesce(moves.valid_from < in_use.valid_to, true)
    where moves.place <> moves.place_before
    union all
    select
        record_id,
        channel,
        bounced_at as moved_at
    from came_back
    union all
    select
        meant.record_id,
        meant.channel,
        came_back.bounced_at as moved_at
    from came_back
    inner join meant
        on
            came_back.one_place = meant.one_place
            and came_back.channel = meant.channel
            and coalesce(came_back.bounced_at < meant.valid_to, true)
    union all
    select
        quarantine.person_id as record_id,
        channels.channel,
        cast(getvariable('askfirst_as_of') as timestamp) as moved_at
    from private.staging.quarantine
    inner join reference.channels
        on (
            quarantine.raw_table = 'crm__bounces'
            and coalesce(trim(json_extract_string(quarantine.raw_row, '$.channel')) not in (
                select listed.channel from reference.channels as listed where listed.channel <> channels.channel
            ), true)
        ) or (
            quarantine.raw_table = 'crm__addresses'
            and coalesce(trim(json_extract_string(quarantine.raw_row, '$.kind')) not in (
                select listed.address_kind
                from reference.channels as listed
                where listed.address_kind <> channels.address_kind
            ), true)
        )
    where quarantine.reason is distinct from 'duplicate'

)

select
    record_id,
    channel,
    max(moved_at) as moved_at
from changes
group by record_id, channel;


-- Consent in force: a grant that is worth something and no older than its term, and nothing else said at that time or
-- after it, nor the address changed.
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
anti join moved
    on
        valid_grants.record_id = moved.record_id
        and valid_grants.channel = moved.channel
        and valid_grants.event_time <= moved.moved_at
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
