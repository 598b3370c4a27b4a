-- R53: persons at whose address somebody else has said no: they would be reached by what that person stopped
with

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
        {{ same_place(written_place('addresses')) }} as place
    from {{ ref('int_addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on addresses.kind = channels.address_kind

)

select distinct
    in_use.person_id,
    refusals.purpose,
    refusals.channel
from refusals
inner join {{ ref('int_given_addresses') }} as told
    on
        refusals.person_id = told.person_id
        and refusals.channel = told.channel
inner join in_use
    on
        told.channel = in_use.channel
        and told.place = in_use.place
        and told.person_id <> in_use.person_id
left join {{ ref('int_last_names') }} as last_names
    on told.person_id = last_names.person_id
left join {{ ref('int_last_names') }} as names_in_use
    on in_use.person_id = names_in_use.person_id
-- a letter-box has many names on it: who has the same may have meant it, and of whom none is known may be anybody
where
    not told.is_letter_box
    or last_names.last_name = names_in_use.last_name
    or last_names.last_name is null
    or names_in_use.last_name is null
