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
    records.is_declared_adult,
    extract(year from contacts.contacted_at) - records.birth_year as years,
    identity.record_id = persons.person_id as is_lead_record
from {{ ref('int_campaign_contacts') }} as contacts
inner join {{ ref('int_persons') }} as persons
    on contacts.household_id = persons.household_id
inner join {{ ref('int_identity') }} as identity
    on persons.person_id = identity.person_id
inner join {{ ref('stg_crm__persons') }} as records
    on identity.record_id = records.person_id
where records.created_at <= contacts.known_at
