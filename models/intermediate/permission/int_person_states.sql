-- what holds of a whole person whatever they consented to: R46 restriction or dispute, R50 reported deceased
with

requests as (

    select
        person_id as record_id,
        kind,
        requested_at,
        closed_at
    from {{ ref('stg_consent__requests') }}
    where
        requested_at <= {{ as_of() }}
        and received_at <= {{ as_of() }}

),

-- only what takes it back ends a restriction or a report, not the answer to it; a tie goes to the restriction
until_taken_back as (

    select
        record_id,
        'R46' as rule_id,
        max(case when kind = 'restriction' then requested_at end) as began_at,
        max(case when kind = 'restriction_lifted' then requested_at end) as ended_at
    from requests
    group by record_id
    union all
    select
        record_id,
        'R50' as rule_id,
        max(case when kind = 'deceased_report' then requested_at end) as began_at,
        max(case when kind = 'deceased_report_withdrawn' then requested_at end) as ended_at
    from requests
    group by record_id

),

standing as (

    select
        record_id,
        rule_id
    from until_taken_back
    where
        began_at is not null
        and (ended_at is null or ended_at <= began_at)
    union all
    -- a dispute lasts until it is settled
    select
        record_id,
        'R46' as rule_id
    from requests
    where
        kind = 'accuracy_dispute'
        and (closed_at is null or closed_at > {{ as_of() }})

)

select distinct
    identity.person_id,
    standing.rule_id
from standing
inner join {{ ref('int_identity') }} as identity
    on standing.record_id = identity.record_id
