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

),

summed as (

    select
        against.audience,
        against.person_id,
        min(consent_rules.priority) as first_priority,
        {{ dbt.listagg('against.rule_id', "','", 'order by against.rule_id') }} as rules
    from against
    inner join {{ ref('consent_rules') }} as consent_rules
        on against.rule_id = consent_rules.rule_id
    group by against.audience, against.person_id

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
