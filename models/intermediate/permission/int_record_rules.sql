-- every rule against each customer record, purpose and channel; a record without a row here is permitted by consent
with

records as (

    select record_id from {{ ref('int_identity') }}
    where {{ is_pending('person_id', 'int_person_inputs', 'person_id') }}

),

grid as (

    select
        records.record_id,
        purposes.purpose,
        channels.channel
    from records
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

channel_grants as (

    select distinct
        record_id,
        channel
    from {{ ref('int_consent_state') }}
    where
        is_given
        and record_id in (select records.record_id from records)

),

state_rules as (

    select
        grid.record_id,
        grid.purpose,
        grid.channel,
        case
            when consent_state.is_given then null
            when consent_state.is_expired then 'R14'
            when consent_state.is_void then void_grants.rule_id
            when consent_state.is_decided_by_interval then 'R48'
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
-- by whose parameters: those for whoever lives nobody knows where
select
    state_rules.record_id,
    state_rules.purpose,
    state_rules.channel,
    'R49' as rule_id
from state_rules
inner join {{ ref('int_record_parameters') }} as terms
    on state_rules.record_id = terms.record_id
where
    state_rules.rule_id = 'R14'
    and terms.jurisdiction = 'unknown'
union all
select
    grid.record_id,
    grid.purpose,
    grid.channel,
    'R40' as rule_id
from grid
inner join {{ ref('int_unreadable_records') }} as unreadable
    on grid.record_id = unreadable.record_id
union all
select
    record_id,
    purpose,
    channel,
    rule_id
from {{ ref('int_suppressions') }}
where record_id in (select records.record_id from records)
