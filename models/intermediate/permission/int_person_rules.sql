-- every rule against each person, purpose and channel: of all the person's records, of the person, of their address
with

grid as (

    select
        persons.person_id,
        persons.is_minor,
        persons.is_adult,
        purposes.purpose,
        purposes.recipient_kind,
        channels.channel,
        addresses.person_id is not null as has_address
    from {{ ref('int_persons') }} as persons
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels
    left join {{ ref('int_addresses') }} as addresses
        on
            persons.person_id = addresses.person_id
            and channels.address_kind = addresses.kind
    where {{ is_pending('persons.person_id', 'int_person_inputs', 'person_id') }}

),

by_record as (

    select
        identity.person_id,
        identity.record_id,
        record_rules.purpose,
        record_rules.channel,
        record_rules.rule_id
    from {{ ref('int_record_rules') }} as record_rules
    inner join {{ ref('int_identity') }} as identity
        on record_rules.record_id = identity.record_id
    where {{ is_pending('identity.person_id', 'int_person_inputs', 'person_id') }}

),

record_counts as (

    select
        person_id,
        count(*) as record_count
    from {{ ref('int_identity') }}
    where {{ is_pending('person_id', 'int_person_inputs', 'person_id') }}
    group by person_id

),

conflicts as (

    select
        by_record.person_id,
        by_record.purpose,
        by_record.channel
    from by_record
    inner join record_counts
        on by_record.person_id = record_counts.person_id
    group by by_record.person_id, by_record.purpose, by_record.channel, record_counts.record_count
    having count(distinct by_record.record_id) < record_counts.record_count

)

select distinct
    person_id,
    purpose,
    channel,
    rule_id
from by_record
union all
select
    person_id,
    purpose,
    channel,
    'R34' as rule_id
from conflicts
union all
select
    person_id,
    purpose,
    channel,
    'R17' as rule_id
from grid
where is_minor
union all
select
    person_id,
    purpose,
    channel,
    'R16' as rule_id
from grid
where not is_minor and not is_adult
union all
select
    person_id,
    purpose,
    channel,
    'R16' as rule_id
from {{ ref('int_unauthorised_children') }}
where {{ is_pending('person_id', 'int_person_inputs', 'person_id') }}
union all
select
    person_id,
    purpose,
    channel,
    'R39' as rule_id
from grid
where recipient_kind = 'third_party'
union all
select
    person_id,
    purpose,
    channel,
    'R52' as rule_id
from grid
where not has_address
union all
select
    person_id,
    purpose,
    channel,
    'R53' as rule_id
from {{ ref('int_address_refusals') }}
where {{ is_pending('person_id', 'int_person_inputs', 'person_id') }}
union all
select
    grid.person_id,
    grid.purpose,
    grid.channel,
    person_states.rule_id
from grid
inner join {{ ref('int_person_states') }} as person_states
    on grid.person_id = person_states.person_id
union all
select
    grid.person_id,
    grid.purpose,
    grid.channel,
    'R23' as rule_id
from grid
inner join {{ ref('int_sale_opt_outs') }} as sale_opt_outs
    on grid.person_id = sale_opt_outs.person_id
where grid.recipient_kind = 'third_party'
