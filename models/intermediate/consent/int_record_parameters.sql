-- the parameters by which each customer record is judged: those of where its person lives, else the strictest (R49)
with

records as (

    select
        identity.record_id,
        coalesce(known.jurisdiction, 'unknown') as jurisdiction
    from {{ ref('int_identity') }} as identity
    left join {{ ref('stg_crm__persons') }} as persons
        on identity.record_id = persons.person_id
    left join {{ ref('consent_parameters') }} as known
        on persons.jurisdiction = known.jurisdiction

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
