-- the effective permission: everyone against every audience, with each rule against it and the first by priority
with

audiences as (

    select * from {{ ref('int_audiences') }}

),

against as (

    select
        audiences.audience,
        person_rules.person_id,
        person_rules.rule_id
    from audiences
    inner join {{ ref('int_person_rules') }} as person_rules
        on
            audiences.purpose = person_rules.purpose
            and audiences.channel = person_rules.channel
    union all
    select distinct
        audiences.audience,
        switched_off.person_id,
        'R35' as rule_id
    from audiences
    inner join {{ ref('int_audience_uses') }} as uses
        on audiences.audience = uses.audience
    inner join {{ ref('int_switched_off') }} as switched_off
        on
            uses.datum = switched_off.datum
            and audiences.purpose = switched_off.purpose
    union all
    select
        audiences.audience,
        refusals.person_id,
        'R41' as rule_id
    from audiences
    inner join {{ ref('int_household_refusals') }} as refusals
        on
            audiences.purpose = refusals.purpose
            and audiences.channel = refusals.channel
    where audiences.subject = 'household'
    union all
    select distinct
        audiences.audience,
        dismissals.person_id,
        'R36' as rule_id
    from audiences
    inner join {{ ref('int_dismissals') }} as dismissals
        on
            dismissals.kind = 'anything'
            or (dismissals.kind = 'campaign' and audiences.segment = dismissals.target)

),

excluded as (

    select distinct
        audience,
        person_id
    from against

),

-- R37: what is left of a chosen maximum goes to the first audiences that nothing else stands against. Who is a member
-- of which is not looked at: else what somebody likes would decide whether they are greeted
turns as (

    select
        audiences.audience,
        frequencies.person_id,
        frequencies.messages_left,
        row_number() over (
            partition by frequencies.person_id, audiences.channel
            order by audiences.turn
        ) as place
    from audiences
    inner join {{ ref('int_frequencies') }} as frequencies
        on audiences.channel = frequencies.channel
    left join excluded
        on
            audiences.audience = excluded.audience
            and frequencies.person_id = excluded.person_id
    where excluded.person_id is null

),

with_turns as (

    select
        audience,
        person_id,
        rule_id
    from against
    union all
    select
        audience,
        person_id,
        'R37' as rule_id
    from turns
    where place > messages_left

),

summed as (

    select
        with_turns.audience,
        with_turns.person_id,
        min(consent_rules.priority) as first_priority,
        {{ dbt.listagg('with_turns.rule_id', "','", 'order by with_turns.rule_id') }} as rules
    from with_turns
    inner join {{ ref('consent_rules') }} as consent_rules
        on with_turns.rule_id = consent_rules.rule_id
    group by with_turns.audience, with_turns.person_id

)

select
    audiences.audience,
    persons.person_id,
    consent_rules.rule_id as first_rule,
    summed.rules,
    summed.person_id is null as permitted
from audiences
cross join {{ ref('int_persons') }} as persons
left join summed
    on
        audiences.audience = summed.audience
        and persons.person_id = summed.person_id
left join {{ ref('consent_rules') }} as consent_rules
    on summed.first_priority = consent_rules.priority
