-- the whole grid: who may be contacted for what through which channel, and every rule against it
with

grid as (

    select
        persons.person_id,
        persons.household_id,
        persons.is_child,
        purposes.purpose,
        channels.channel
    from {{ ref('int_persons') }} as persons
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels
    where {{ is_pending('persons.person_id', 'int_person_inputs', 'person_id') }}

),

against as (

    select
        person_rules.person_id,
        person_rules.purpose,
        person_rules.channel,
        {{ dbt.listagg('person_rules.rule_id', "','", 'order by person_rules.rule_id') }} as rules
    from {{ ref('int_person_rules') }} as person_rules
    where {{ is_pending('person_rules.person_id', 'int_person_inputs', 'person_id') }}
    group by person_rules.person_id, person_rules.purpose, person_rules.channel

)

select
    grid.person_id,
    grid.household_id,
    grid.is_child,
    grid.purpose,
    grid.channel,
    against.rules,
    against.person_id is null as is_permitted
from grid
left join against
    on
        grid.person_id = against.person_id
        and grid.purpose = against.purpose
        and grid.channel = against.channel
