-- objections, unsubscribes and opt-outs by erasure that no later own grant, for that purpose and channel, has lifted
with

grid as (

    select
        purposes.purpose,
        channels.channel
    from {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

suppressed as (

    select
        objections.person_id as record_id,
        grid.purpose,
        grid.channel,
        'R20' as rule_id,
        max(objections.objected_at) as suppressed_at
    from {{ ref('stg_consent__objections') }} as objections
    inner join grid
        on objections.scope in (grid.purpose, 'all')
    where objections.received_at <= {{ as_of() }}
    group by objections.person_id, grid.purpose, grid.channel
    union all
    select
        unsubscribes.person_id as record_id,
        grid.purpose,
        grid.channel,
        'R31' as rule_id,
        max(unsubscribes.unsubscribed_at) as suppressed_at
    from {{ ref('stg_consent__unsubscribes') }} as unsubscribes
    inner join grid
        on unsubscribes.channel = grid.channel
    where unsubscribes.received_at <= {{ as_of() }}
    group by unsubscribes.person_id, grid.purpose, grid.channel
    union all
    select
        suppressed_records.record_id,
        grid.purpose,
        grid.channel,
        'R21' as rule_id,
        suppressed_records.suppressed_at
    from {{ ref('int_suppressed_records') }} as suppressed_records
    inner join grid
        on suppressed_records.channel = grid.channel

)

select
    suppressed.record_id,
    suppressed.purpose,
    suppressed.channel,
    suppressed.rule_id,
    suppressed.suppressed_at
from suppressed
left join {{ ref('int_consent_state') }} as consent_state
    on
        suppressed.record_id = consent_state.record_id
        and suppressed.purpose = consent_state.purpose
        and suppressed.channel = consent_state.channel
where
    consent_state.last_grant_at is null
    or consent_state.last_grant_at <= suppressed.suppressed_at
