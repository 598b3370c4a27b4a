-- R24: who has opted out within the last twelve months, and so is not asked for that purpose and channel again
with

opt_outs as (

    select
        record_id,
        purpose,
        channel,
        ordered_at as opted_out_at
    from {{ ref('int_consent_events') }}
    where event_state in ('ConsentRefused', 'ConsentWithdrawn')
    union all
    -- an address that changed is nobody's no (R44)
    select
        record_id,
        purpose,
        channel,
        ordered_at as opted_out_at
    from {{ ref('int_suppression_acts') }}
    where
        suppresses
        and rule_id in ('R20', 'R21', 'R31')
    union all
    -- what cannot be read may be a no of just now (R40)
    select
        unreadable.record_id,
        purposes.purpose,
        channels.channel,
        {{ as_of() }} as opted_out_at
    from {{ ref('int_unreadable_records') }} as unreadable
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

by_person as (

    select
        identity.person_id,
        opt_outs.purpose,
        opt_outs.channel,
        {{ dbt.dateadd('month', 12, 'max(opt_outs.opted_out_at)') }} as ends_at
    from opt_outs
    inner join {{ ref('int_identity') }} as identity
        on opt_outs.record_id = identity.record_id
    group by identity.person_id, opt_outs.purpose, opt_outs.channel

)

select
    person_id,
    purpose,
    channel,
    cast(ends_at as date) as until_on
from by_person
where ends_at > {{ as_of() }}
