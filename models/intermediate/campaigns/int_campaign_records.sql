-- the customer records that a campaign contact reached: of everyone of the household whom we knew at the time asked for
select
    contacts.campaign_id,
    contacts.household_id,
    contacts.knowledge,
    persons.person_id,
    identity.record_id,
    -- a coupon mailing chosen for the household: an offer by post
    'offers' as purpose,
    'direct_mail' as channel,
    contacts.contacted_at as valid_at,
    contacts.known_at,
    -- where two rows of a record differ, each counts
    max(case when {{ says_minor('records', 'contacts.contacted_at') }} then 1 else 0 end) = 1 as says_minor,
    max(case when {{ says_adult('records', 'contacts.contacted_at') }} then 1 else 0 end) = 1 as says_adult,
    identity.record_id = persons.person_id as is_lead_record
from {{ ref('int_campaign_contacts') }} as contacts
inner join {{ ref('int_persons') }} as persons
    on contacts.household_id = persons.household_id
inner join {{ ref('stg_crm__persons') }} as leads
    on persons.person_id = leads.person_id
inner join {{ ref('int_identity') }} as identity
    on persons.person_id = identity.person_id
left join {{ ref('base_crm__persons') }} as records
    on identity.record_id = records.person_id
-- a record of which nobody can read since when there is one is as old as the leading one
where coalesce(records.created_at, leads.created_at) <= contacts.known_at
group by
    contacts.campaign_id,
    contacts.household_id,
    contacts.knowledge,
    persons.person_id,
    identity.record_id,
    contacts.contacted_at,
    contacts.known_at
