-- Persons as they told us about themselves: the record that leads says who and where. A minor by any record is one, also by
-- one that cannot be read; a child is a minor whom no record calls an adult. Who turns 18 this year was none yet when a
-- record of an earlier year was made.
create temp table people as
with

today as (

    select extract(year from cast(getvariable('askfirst_as_of') as timestamp)) as this_year

),

told as (

    select
        person_id as record_id,
        household_id,
        is_declared_adult,
        birth_year,
        extract(year from created_at) as made_in,
        true as is_readable
    from staging.stg_crm__persons
    union all
    select
        quarantine.person_id as record_id,
        null as household_id,
        nullif(trim(json_extract_string(quarantine.raw_row, '$.declared_adult')), '') = 'true' as is_declared_adult,
        case
            when trim(json_extract_string(quarantine.raw_row, '$.birth_year')) <> ''
                then coalesce(
                    try_cast(regexp_extract(
                        trim(json_extract_string(quarantine.raw_row, '$.birth_year')), '^(19|20)[0-9][0-9]$'
                    ) as integer),
                    today.this_year
                )
        end as birth_year,
        null as made_in,
        false as is_readable
    from private.staging.quarantine
    cross join today
    where
        quarantine.raw_table = 'crm__persons'
        and quarantine.reason is distinct from 'duplicate'

),

records as (

    select
        identity.person_id,
        told.is_readable and told.record_id = identity.person_id as leads,
        told.household_id,
        told.made_in = today.this_year as is_new,
        today.this_year - told.birth_year as turns,
        told.is_declared_adult is false or coalesce(today.this_year - told.birth_year < 18, false) as says_minor,
        coalesce(today.this_year - told.birth_year >= 19, false)
        or (
            told.is_declared_adult is true
            and (coalesce(today.this_year - told.birth_year <> 18, true) or coalesce(told.made_in = today.this_year, false))
        ) as says_adult
    from told
    cross join today
    inner join intermediate.int_identity as identity
        on told.record_id = identity.record_id

)

select
    person_id,
    any_value(household_id) filter (where leads) as household_id,
    bool_or(says_minor) as is_minor,
    coalesce(bool_or(says_adult and (is_new or youngest_turns is distinct from 18)) filter (where leads), false)
    as is_grown,
    bool_or(says_minor) and not bool_or(says_adult) as is_child
from (
    select
        *,
        min(turns) over (partition by person_id) as youngest_turns
    from records
) as records
group by person_id
having bool_or(leads);


-- Households of which somebody's record cannot be read: nobody knows what they permit.
create temp table unreadable_persons as
select
    try_cast(regexp_extract(regexp_replace(
        json_extract_string(raw_row, '$.household_id'), '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g'
    ), '^\D*(\d+)(\.0*)?\D*$', 1) as bigint) as household_id
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
    identity.person_id,
    switches.datum,
    switches.purpose
from staging.stg_crm__switches as switches
inner join intermediate.int_identity as identity
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
    and coalesce(trim(json_extract_string(quarantine.raw_row, '$.datum')) not in (
        select listed.datum from reference.data as listed where listed.datum <> data.datum
    ), true)
    and coalesce(trim(json_extract_string(quarantine.raw_row, '$.purpose')) not in (
        select listed.purpose from reference.purposes as listed where listed.purpose <> purposes.purpose
    ), true);


-- Persons every other adult of whose household permits the use of its purchases. Whoever is no child counts as
-- an adult who has to permit it.
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
        and not others.is_child
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
