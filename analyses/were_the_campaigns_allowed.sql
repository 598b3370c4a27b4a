-- The real campaigns: how many households were written to, how many of these could be, and how often what we learned
-- since has changed the answer. audit.campaign_replay has each contact with every rule against it.
select
    verdicts.campaign_id,
    verdicts.campaign_type,
    verdicts.contacted_at,
    sum(verdicts.contacts) as contacts,
    sum(case when verdicts.allowed_then then verdicts.contacts else 0 end) as allowed_as_known_then,
    sum(case when verdicts.allowed_now then verdicts.contacts else 0 end) as allowed_as_known_now,
    sum(case when verdicts.allowed_then and not verdicts.allowed_now then verdicts.contacts else 0 end) as in_good_faith
from {{ ref('campaign_replay_summary') }} as verdicts
group by verdicts.campaign_id, verdicts.campaign_type, verdicts.contacted_at
order by verdicts.contacted_at, verdicts.campaign_id
