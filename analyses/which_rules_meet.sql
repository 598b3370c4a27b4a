-- How often each rule stands against a person, and how often it is the first.
select
    rules.rule_id,
    rules.rule,
    count(permissions.person_id) as people_times_audiences,
    sum(case when permissions.first_rule = rules.rule_id then 1 else 0 end) as of_these_first
from {{ ref('consent_rules') }} as rules
left join {{ ref('int_audience_permissions') }} as permissions
    on ',' || permissions.rules || ',' like '%,' || rules.rule_id || ',%'
group by rules.rule_id, rules.rule, rules.priority
order by rules.priority
