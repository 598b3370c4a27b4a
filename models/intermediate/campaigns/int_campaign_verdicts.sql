-- each campaign contact, as known then and as known now: allowed, or the first rule against it by priority
with

against as (

    select
        rules.campaign_id,
        rules.household_id,
        rules.knowledge,
        min(consent_rules.priority) as first_priority,
        {{ dbt.listagg('rules.rule_id', "','", 'order by rules.rule_id') }} as rules
    from {{ ref('int_campaign_rules') }} as rules
    inner join {{ ref('consent_rules') }} as consent_rules
        on rules.rule_id = consent_rules.rule_id
    group by rules.campaign_id, rules.household_id, rules.knowledge

)

select
    contacts.campaign_id,
    contacts.campaign_type,
    contacts.household_id,
    contacts.contacted_at,
    contacts.knowledge,
    consent_rules.rule_id as first_rule,
    against.rules,
    against.campaign_id is null as is_allowed
from {{ ref('int_campaign_contacts') }} as contacts
left join against
    on
        contacts.campaign_id = against.campaign_id
        and contacts.household_id = against.household_id
        and contacts.knowledge = against.knowledge
left join {{ ref('consent_rules') }} as consent_rules
    on against.first_priority = consent_rules.priority
