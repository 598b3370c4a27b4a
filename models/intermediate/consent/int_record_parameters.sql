-- the parameters by which each customer record is judged: those of where its person lives. Where nobody was told, or
-- the person's records tell of several places, nobody knows where: the strictest (R49)
with

told as (

    select
        identity.person_id,
        case when persons.rejected_because is null then known.jurisdiction end as jurisdiction
    from {{ ref('int_identity') }} as identity
    inner join {{ ref('base_crm__persons') }} as persons
        on identity.record_id = persons.person_id
    left join {{ ref('consent_parameters') }} as known
        on persons.jurisdiction = known.jurisdiction
    where coalesce(persons.rejected_because, '') <> 'duplicate'

),

places as (

    select
        person_id,
        case
            when count(*) = count(jurisdiction) and min(jurisdiction) = max(jurisdiction) then min(jurisdiction)
            else 'unknown'
        end as jurisdiction
    from told
    group by person_id

),

records as (

    select
        identity.record_id,
        coalesce(places.jurisdiction, 'unknown') as jurisdiction
    from {{ ref('int_identity') }} as identity
    left join places
        on identity.person_id = places.person_id

)

select
    records.record_id,
    records.jurisdiction,
    terms.consent_months,
    terms.reminder_days,
    terms.digital_age
from records
inner join {{ ref('consent_parameters') }} as terms
    on records.jurisdiction = terms.jurisdiction
