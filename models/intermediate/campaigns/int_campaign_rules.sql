-- every rule against each campaign contact: a household may be written to only as far as each of its adults permits
with

households as (

    select
        contacts.campaign_id,
        contacts.household_id,
        contacts.knowledge,
        count(persons.person_id) as person_count,
        count(case when not persons.is_child then persons.person_id end) as adult_count
    from {{ ref('int_campaign_contacts') }} as contacts
    left join {{ ref('int_campaign_persons') }} as persons
        on
            contacts.campaign_id = persons.campaign_id
            and contacts.household_id = persons.household_id
            and contacts.knowledge = persons.knowledge
    group by contacts.campaign_id, contacts.household_id, contacts.knowledge

)

-- everyone has to permit it but children, who are not asked; a minor by one record and an adult by another is no child
select distinct
    rules.campaign_id,
    rules.household_id,
    rules.knowledge,
    rules.rule_id
from {{ ref('int_campaign_person_rules') }} as rules
inner join {{ ref('int_campaign_persons') }} as persons
    on
        rules.campaign_id = persons.campaign_id
        and rules.household_id = persons.household_id
        and rules.knowledge = persons.knowledge
        and rules.person_id = persons.person_id
where not persons.is_child
union all
-- nobody there could permit it: we know nobody, or children only
select
    campaign_id,
    household_id,
    knowledge,
    case when person_count = 0 then 'R08' else 'R17' end as rule_id
from households
where adult_count = 0
union all
-- someone lives there whose record cannot be read: nobody knows whether they permit it
select distinct
    households.campaign_id,
    households.household_id,
    households.knowledge,
    'R41' as rule_id
from households
inner join {{ ref('base_crm__persons') }} as unreadable
    on households.household_id = unreadable.household_id
where {{ is_malformed('unreadable') }}
