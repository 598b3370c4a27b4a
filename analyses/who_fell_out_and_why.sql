-- For each audience: how many members, how many out by which first rule, how many candidates.
select
    funnel.audience,
    funnel.step,
    funnel.rule_id,
    rules.rule,
    rules.citation,
    funnel.people
from {{ ref('audience_funnel') }} as funnel
left join {{ ref('consent_rules') }} as rules
    on funnel.rule_id = rules.rule_id
order by funnel.audience asc, funnel.step desc, rules.priority asc
