-- R49: no known jurisdiction may have a stricter parameter than `unknown`, and `unknown` has to be there
with

strictest as (

    select
        min(consent_months) as consent_months,
        max(reminder_days) as reminder_days,
        max(digital_age) as digital_age
    from {{ ref('consent_parameters') }}
    where jurisdiction <> 'unknown'

)

select
    strictest.consent_months,
    strictest.reminder_days,
    strictest.digital_age
from strictest
left join {{ ref('consent_parameters') }} as fallback
    on fallback.jurisdiction = 'unknown'
where
    fallback.consent_months is null
    or fallback.consent_months > strictest.consent_months
    or fallback.reminder_days is null
    or fallback.reminder_days < strictest.reminder_days
    or fallback.digital_age is null
    or fallback.digital_age < strictest.digital_age
