-- R16: children under the digital age, wherever no guardian of theirs authorised the consent that stands
with

grid as (

    select
        purposes.purpose,
        channels.channel
    from {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

-- of an age that nobody told, the youngest
children as (

    select
        persons.person_id,
        count(*) as record_count
    from {{ ref('int_persons') }} as persons
    inner join {{ ref('int_identity') }} as identity
        on persons.person_id = identity.person_id
    inner join {{ ref('int_record_parameters') }} as terms
        on persons.person_id = terms.record_id
    where
        persons.is_minor
        and coalesce(persons.youngest_age, 0) < terms.digital_age
    group by persons.person_id

),

-- a guardian is somebody else, and known to be an adult
authorised as (

    select
        identity.person_id,
        consent_state.purpose,
        consent_state.channel,
        count(*) as record_count
    from {{ ref('int_consent_state') }} as consent_state
    inner join {{ ref('int_identity') }} as identity
        on consent_state.record_id = identity.record_id
    inner join {{ ref('int_identity') }} as guardians
        on consent_state.authorised_by = guardians.record_id
    inner join {{ ref('int_persons') }} as adults
        on guardians.person_id = adults.person_id
    where
        consent_state.is_given
        and adults.is_adult
        and adults.person_id <> identity.person_id
    group by identity.person_id, consent_state.purpose, consent_state.channel

)

select
    children.person_id,
    grid.purpose,
    grid.channel
from children
cross join grid
left join authorised
    on
        children.person_id = authorised.person_id
        and grid.purpose = authorised.purpose
        and grid.channel = authorised.channel
where coalesce(authorised.record_count, 0) < children.record_count
