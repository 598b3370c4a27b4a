-- R53: persons at whose address somebody else has said no: they would be reached by what that person stopped
with

given as (

    -- every address that a person ever gave, in any record: the no was said of what we wrote to then. One of which
    -- nobody can read the rest was given too, and under a name whose row cannot be read. Who has no customer record may
    -- have said no all the same
    select
        coalesce(identity.person_id, addresses.person_id) as person_id,
        channels.channel,
        {{ written_address('addresses', 'persons') }} as written_address
    from {{ ref('base_crm__addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on {{ may_be_of('addresses', 'channels') }}
    left join {{ ref('int_identity') }} as identity
        on addresses.person_id = identity.record_id
    left join {{ ref('base_crm__persons') }} as persons
        on addresses.person_id = persons.person_id
    where
        ({{ is_malformed('addresses') }} or addresses.valid_from <= {{ as_of() }})
        and {{ is_not_erased('addresses.person_id') }}

),

refusals as (

    select
        coalesce(identity.person_id, suppressions.record_id) as person_id,
        suppressions.purpose,
        suppressions.channel
    from {{ ref('int_suppressions') }} as suppressions
    left join {{ ref('int_identity') }} as identity
        on suppressions.record_id = identity.record_id
    where suppressions.rule_id in ('R20', 'R31')
    union
    -- R40: a record that cannot be read may have been a no
    select
        coalesce(identity.person_id, unreadable.record_id) as person_id,
        purposes.purpose,
        channels.channel
    from {{ ref('int_unreadable_records') }} as unreadable
    left join {{ ref('int_identity') }} as identity
        on unreadable.record_id = identity.record_id
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

in_use as (

    select
        addresses.person_id,
        channels.channel,
        {{ written_address('addresses', 'persons') }} as written_address
    from {{ ref('int_addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on addresses.kind = channels.address_kind
    inner join {{ ref('int_persons') }} as persons
        on addresses.person_id = persons.person_id

)

select distinct
    in_use.person_id,
    refusals.purpose,
    refusals.channel
from refusals
inner join given
    on
        refusals.person_id = given.person_id
        and refusals.channel = given.channel
inner join in_use
    on
        given.channel = in_use.channel
        and given.written_address = in_use.written_address
where given.person_id <> in_use.person_id
