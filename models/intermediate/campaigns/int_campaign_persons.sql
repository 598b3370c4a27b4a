-- the persons whom a contact reached, by their age on that day: a minor by any record, an adult by the leading one
select
    campaign_id,
    household_id,
    knowledge,
    person_id,
    count(*) as record_count,
    max(case when says_minor then 1 else 0 end) = 1 as is_minor,
    max(case when is_lead_record and says_adult then 1 else 0 end) = 1 as is_adult,
    -- by every record that says anything of it
    max(case when says_minor then 1 else 0 end) > max(case when says_adult then 1 else 0 end) as is_child
from {{ ref('int_campaign_records') }}
group by campaign_id, household_id, knowledge, person_id
