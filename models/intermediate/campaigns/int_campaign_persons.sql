-- the persons whom a contact reached, by their age on that day: a minor by any record, an adult by the leading one
select
    campaign_id,
    household_id,
    knowledge,
    person_id,
    count(*) as record_count,
    coalesce(max(case when not is_declared_adult or years < 18 then 1 end) = 1, false) as is_minor,
    coalesce(max(
        case when is_lead_record and coalesce(is_declared_adult, years >= 19) then 1 end
    ) = 1, false) as is_adult
from {{ ref('int_campaign_records') }}
group by campaign_id, household_id, knowledge, person_id
