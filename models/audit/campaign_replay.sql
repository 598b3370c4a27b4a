-- the real campaigns against the consent records: was each contact allowed, as known then, and as known now
select
    verdicts_then.campaign_id,
    verdicts_then.campaign_type,
    verdicts_then.household_id,
    verdicts_then.contacted_at,
    verdicts_then.is_allowed as allowed_then,
    verdicts_then.first_rule as first_rule_then,
    verdicts_then.rules as rules_then,
    verdicts_now.is_allowed as allowed_now,
    verdicts_now.first_rule as first_rule_now,
    verdicts_now.rules as rules_now
from {{ ref('int_campaign_verdicts') }} as verdicts_then
inner join {{ ref('int_campaign_verdicts') }} as verdicts_now
    on
        verdicts_then.campaign_id = verdicts_now.campaign_id
        and verdicts_then.household_id = verdicts_now.household_id
        and verdicts_now.knowledge = 'now'
where verdicts_then.knowledge = 'then'
