-- how many contacts of each campaign had which verdict, as known then and as known now
select
    campaign_id,
    campaign_type,
    contacted_at,
    allowed_then,
    first_rule_then,
    allowed_now,
    first_rule_now,
    count(*) as contacts
from {{ ref('campaign_replay') }}
group by campaign_id, campaign_type, contacted_at, allowed_then, first_rule_then, allowed_now, first_rule_now
