-- for every audience: members = candidates + excluded, person by person, and nobody is both
with

accounted as (

    select
        audience,
        person_id,
        'candidate' as fate
    from {{ ref('audience_candidates') }}
    union all
    select
        audience,
        person_id,
        'excluded' as fate
    from {{ ref('exclusion_ledger') }}

)

select
    coalesce(members.audience, accounted.audience) as audience,
    count(*) as people
from {{ ref('audience_members') }} as members
full outer join accounted
    on
        members.audience = accounted.audience
        and members.person_id = accounted.person_id
group by
    coalesce(members.audience, accounted.audience),
    coalesce(members.person_id, accounted.person_id)
having
    count(members.person_id) <> 1
    or count(accounted.fate) <> 1
