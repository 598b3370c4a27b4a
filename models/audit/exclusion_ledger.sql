-- members who are no candidates, with the first rule against each and all of them: never published
select
    members.audience,
    members.person_id,
    coalesce(permissions.first_rule, 'R08') as first_rule,
    coalesce(permissions.rules, 'R08') as rules
from {{ ref('audience_members') }} as members
left join {{ ref('int_audience_permissions') }} as permissions
    on
        members.audience = permissions.audience
        and members.person_id = permissions.person_id
where not coalesce(permissions.permitted, false)
