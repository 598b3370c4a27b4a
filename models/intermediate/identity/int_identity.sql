-- the smallest id of all records linked to one another is the person's; a rejected record still binds the others
with recursive

records as (

    select distinct person_id as record_id from {{ ref('base_crm__persons') }}
    where
        person_id is not null
        and {{ is_not_erased('person_id') }}

),

links as (

    -- a link that cannot be read binds the two that it names, whenever it was made
    select
        identity_links.person_id,
        identity_links.same_as
    from {{ ref('base_crm__identity_links') }} as identity_links
    inner join records as one
        on identity_links.person_id = one.record_id
    inner join records as other
        on identity_links.same_as = other.record_id
    where
        identity_links.{{ is_malformed() }}
        or identity_links.linked_at <= {{ as_of() }}

),

both_ways as (

    select
        person_id as near_id,
        same_as as far_id
    from links
    union all
    select
        same_as as near_id,
        person_id as far_id
    from links

),

reached as (

    select
        record_id,
        record_id as reached_id
    from records
    union
    select
        reached.record_id,
        both_ways.far_id as reached_id
    from reached
    inner join both_ways
        on reached.reached_id = both_ways.near_id

)

select
    record_id,
    min(reached_id) as person_id
from reached
group by record_id
