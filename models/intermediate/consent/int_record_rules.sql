-- every rule against each customer record, purpose and channel; a record without a row here is permitted by consent
with

grid as (

    select
        records.record_id,
        purposes.purpose,
        channels.channel
    from {{ ref('int_identity') }} as records
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

channel_grants as (

    select distinct
        record_id,
        channel
    from {{ ref('int_consent_state') }}
    where is_given

),

malformed as (

    select person_id as record_id from {{ ref('base_consent__events') }}
    where {{ is_malformed() }}
    union
    select person_id as record_id from {{ ref('base_consent__objections') }}
    where {{ is_malformed() }}
    union
    select person_id as record_id from {{ ref('base_consent__unsubscribes') }}
    where {{ is_malformed() }}
    union
    select person_id as record_id from {{ ref('base_consent__requests') }}
    where {{ is_malformed() }}

),

state_rules as (

    select
        grid.record_id,
        grid.purpose,
        grid.channel,
        case
            when consent_state.is_given then null
            when consent_state.is_void then void_grants.rule_id
            when consent_state.is_decided_by_order then 'R10'
            when consent_state.record_id is not null then 'R09'
            when channel_grants.record_id is not null then 'R12'
            else 'R08'
        end as rule_id
    from grid
    left join {{ ref('int_consent_state') }} as consent_state
        on
            grid.record_id = consent_state.record_id
            and grid.purpose = consent_state.purpose
            and grid.channel = consent_state.channel
    left join {{ ref('int_void_grants') }} as void_grants
        on
            consent_state.is_void
            and consent_state.event_id = void_grants.event_id
            and consent_state.purpose = void_grants.purpose
    left join channel_grants
        on
            grid.record_id = channel_grants.record_id
            and grid.channel = channel_grants.channel

)

select
    record_id,
    purpose,
    channel,
    rule_id
from state_rules
where rule_id is not null
union all
select
    grid.record_id,
    grid.purpose,
    grid.channel,
    'R40' as rule_id
from grid
inner join malformed
    on grid.record_id = malformed.record_id
union all
select
    record_id,
    purpose,
    channel,
    rule_id
from {{ ref('int_suppressions') }}
union all
-- R44: a consent is bound to the address that it was given with
select
    consent_state.record_id,
    consent_state.purpose,
    consent_state.channel,
    'R44' as rule_id
from {{ ref('int_consent_state') }} as consent_state
inner join {{ ref('int_address_changes') }} as changes
    on
        consent_state.record_id = changes.record_id
        and consent_state.channel = changes.channel
where consent_state.last_grant_at <= changes.changed_at
