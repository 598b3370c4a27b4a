-- how many people fell out where: members, excluded by first rule, candidates
select
    audience,
    'members' as step,
    cast(null as {{ dbt.type_string() }}) as rule_id,
    count(*) as people
from {{ ref('audience_members') }}
group by audience
union all
select
    audience,
    'excluded' as step,
    first_rule as rule_id,
    count(*) as people
from {{ ref('exclusion_ledger') }}
group by audience, first_rule
union all
select
    audience,
    'candidates' as step,
    cast(null as {{ dbt.type_string() }}) as rule_id,
    count(*) as people
from {{ ref('audience_candidates') }}
group by audience
