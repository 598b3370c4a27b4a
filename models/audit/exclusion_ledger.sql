-- members who are no candidates, with the first rule against each and all of them: never published
with

dismissed as (

    select distinct
        members.audience,
        members.person_id
    from {{ ref('audience_members') }} as members
    inner join {{ ref('int_dismissed_topics') }} as hidden
        on
            members.person_id = hidden.person_id
            and hidden.topic in (members.offer_topic, members.based_on)

),

judged as (

    select
        members.audience,
        members.person_id,
        dismissed.person_id is not null as is_dismissed,
        coalesce(permissions.permitted, false) as is_permitted,
        case when permissions.permitted then null else coalesce(permissions.first_rule, 'R08') end as permission_rule,
        case when permissions.permitted then null else coalesce(permissions.rules, 'R08') end as permission_rules
    from {{ ref('audience_members') }} as members
    left join {{ ref('int_audience_permissions') }} as permissions
        on
            members.audience = permissions.audience
            and members.person_id = permissions.person_id
    left join dismissed
        on
            members.audience = dismissed.audience
            and members.person_id = dismissed.person_id

)

select
    judged.audience,
    judged.person_id,
    case
        when not judged.is_dismissed or judged.permission_rule = 'R36' then judged.permission_rule
        when judged.permission_rule is null or dismissal.priority < permission.priority then 'R36'
        else judged.permission_rule
    end as first_rule,
    case
        when not judged.is_dismissed or {{ is_listed("'R36'", "replace(judged.permission_rules, ',', '|')") }}
            then judged.permission_rules
        else coalesce(judged.permission_rules || ',', '') || 'R36'
    end as rules
from judged
inner join {{ ref('consent_rules') }} as dismissal
    on dismissal.rule_id = 'R36'
left join {{ ref('consent_rules') }} as permission
    on judged.permission_rule = permission.rule_id
where judged.is_dismissed or not judged.is_permitted
