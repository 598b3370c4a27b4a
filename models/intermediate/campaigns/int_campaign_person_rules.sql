-- every rule against each person whom a contact reached: by their records, by what these differ in, by their age
with

asked as (

    select distinct
        record_id,
        purpose,
        channel,
        valid_at,
        known_at
    from {{ ref('int_campaign_records') }}

),

answered as (

    {{ rules_at('asked') }}

),

by_record as (

    select
        records.campaign_id,
        records.household_id,
        records.knowledge,
        records.person_id,
        records.record_id,
        answered.rule_id
    from {{ ref('int_campaign_records') }} as records
    inner join answered
        on
            records.record_id = answered.record_id
            and records.valid_at = answered.valid_at
            and records.known_at = answered.known_at

),

refusing as (

    select
        campaign_id,
        household_id,
        knowledge,
        person_id,
        count(distinct record_id) as refusing_count
    from by_record
    group by campaign_id, household_id, knowledge, person_id

)

select distinct
    campaign_id,
    household_id,
    knowledge,
    person_id,
    rule_id
from by_record
union all
select
    refusing.campaign_id,
    refusing.household_id,
    refusing.knowledge,
    refusing.person_id,
    'R34' as rule_id
from refusing
inner join {{ ref('int_campaign_persons') }} as persons
    on
        refusing.campaign_id = persons.campaign_id
        and refusing.household_id = persons.household_id
        and refusing.knowledge = persons.knowledge
        and refusing.person_id = persons.person_id
where refusing.refusing_count < persons.record_count
union all
select
    campaign_id,
    household_id,
    knowledge,
    person_id,
    case when is_minor then 'R17' else 'R16' end as rule_id
from {{ ref('int_campaign_persons') }}
where is_minor or not is_adult
