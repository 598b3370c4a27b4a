-- R49: no known jurisdiction may have a stricter parameter than `unknown`, and `unknown` has to be there
with

strictest as (

    select min(consent_months) as consent_months
    from {{ ref('consent_parameters') }}
    where jurisdiction <> 'unknown'

)

select strictest.consent_months
from strictest
left join {{ ref('consent_parameters') }} as fallback
    on fallback.jurisdiction = 'unknown'
where
    fallback.consent_months is null
    or fallback.consent_months > strictest.consent_months
