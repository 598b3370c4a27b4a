{{ config(group='core') }}

-- asked at as_of, as known at as_of, the histories tell the same first rule against each record as its rules do
with

asked as (

    select
        records.record_id,
        purposes.purpose,
        channels.channel,
        {{ as_of() }} as valid_at,
        {{ as_of() }} as known_at
    from {{ ref('int_identity') }} as records
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

answered as (

    {{ rules_at('asked') }}

),

first_answered as (

    select
        answered.record_id,
        answered.purpose,
        answered.channel,
        min(consent_rules.priority) as priority
    from answered
    inner join {{ ref('consent_rules') }} as consent_rules
        on answered.rule_id = consent_rules.rule_id
    group by answered.record_id, answered.purpose, answered.channel

),

first_standing as (

    select
        standing.record_id,
        standing.purpose,
        standing.channel,
        min(consent_rules.priority) as priority
    from {{ ref('int_record_rules') }} as standing
    inner join {{ ref('consent_rules') }} as consent_rules
        on standing.rule_id = consent_rules.rule_id
    group by standing.record_id, standing.purpose, standing.channel

)

select
    first_answered.priority as priority_by_history,
    first_standing.priority as priority_now,
    coalesce(first_answered.record_id, first_standing.record_id) as record_id,
    coalesce(first_answered.purpose, first_standing.purpose) as purpose,
    coalesce(first_answered.channel, first_standing.channel) as channel
from first_answered
full outer join first_standing
    on
        first_answered.record_id = first_standing.record_id
        and first_answered.purpose = first_standing.purpose
        and first_answered.channel = first_standing.channel
where
    first_answered.priority is null
    or first_standing.priority is null
    or first_answered.priority <> first_standing.priority
