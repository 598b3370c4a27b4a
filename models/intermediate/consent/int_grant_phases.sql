-- what a grant is worth from when on, on two clocks: uncertain (R48), to be confirmed (R15), in term, expired (R14)
with

lasting as (

    -- what no later instant and no later act puts right
    select
        event_id,
        purpose,
        rule_id
    from {{ ref('int_void_grants') }}
    where rule_id not in ('R15', 'R48')

),

grants as (

    select
        events.*,
        coalesce(
            {{ dbt.dateadd('month', 'terms.consent_months', 'events.event_earliest') }}, {{ beginning_of_time() }}
        ) as expires_at,
        coalesce({{ is_listed('events.channel', 'notices.double_opt_in') }}, false) as needs_confirmation
    from {{ ref('int_consent_events') }} as events
    left join {{ ref('notices') }} as notices
        on events.privacy_notice = notices.privacy_notice
    left join {{ ref('int_record_parameters') }} as terms
        on events.record_id = terms.record_id
    where
        events.is_grant
        and {{ is_pending('events.record_id') }}

),

moments as (

    select
        grants.event_id,
        grants.purpose,
        0 as phase,
        grants.event_earliest as valid_from,
        grants.received_at as known_from
    from grants
    where grants.event_earliest < grants.event_latest
    union all
    select
        grants.event_id,
        grants.purpose,
        1 as phase,
        grants.event_latest as valid_from,
        grants.received_at as known_from
    from grants
    union all
    select
        grants.event_id,
        grants.purpose,
        2 as phase,
        confirmations.confirmed_at as valid_from,
        greatest(grants.received_at, confirmations.received_at) as known_from
    from grants
    inner join {{ ref('int_confirmations') }} as confirmations
        on
            grants.event_id = confirmations.event_id
            and grants.purpose = confirmations.purpose
    where grants.needs_confirmation

),

against as (

    select
        moments.event_id,
        moments.purpose,
        moments.phase,
        lasting.rule_id
    from moments
    inner join lasting
        on
            moments.event_id = lasting.event_id
            and moments.purpose = lasting.purpose
    union all
    select
        event_id,
        purpose,
        phase,
        'R48' as rule_id
    from moments
    where phase = 0
    union all
    select
        moments.event_id,
        moments.purpose,
        moments.phase,
        'R15' as rule_id
    from moments
    inner join grants
        on
            moments.event_id = grants.event_id
            and moments.purpose = grants.purpose
    where
        moments.phase < 2
        and grants.needs_confirmation

),

first_against as (

    select
        against.event_id,
        against.purpose,
        against.phase,
        min(consent_rules.priority) as priority
    from against
    inner join {{ ref('consent_rules') }} as consent_rules
        on against.rule_id = consent_rules.rule_id
    group by against.event_id, against.purpose, against.phase

),

worth as (

    select
        grants.record_id,
        grants.purpose,
        grants.channel,
        grants.event_id,
        grants.event_state,
        grants.event_time,
        grants.event_latest,
        grants.ordered_at,
        grants.received_at,
        grants.authorised_by,
        grants.expires_at,
        moments.phase,
        moments.valid_from,
        moments.known_from,
        consent_rules.rule_id
    from moments
    inner join grants
        on
            moments.event_id = grants.event_id
            and moments.purpose = grants.purpose
    left join first_against
        on
            moments.event_id = first_against.event_id
            and moments.purpose = first_against.purpose
            and moments.phase = first_against.phase
    left join {{ ref('consent_rules') }} as consent_rules
        on first_against.priority = consent_rules.priority

)

select
    worth.*,
    worth.rule_id is not null as is_void
from worth
union all
select
    record_id,
    purpose,
    channel,
    event_id,
    event_state,
    event_time,
    event_latest,
    ordered_at,
    received_at,
    authorised_by,
    expires_at,
    3 as phase,
    greatest(valid_from, expires_at) as valid_from,
    known_from,
    'R14' as rule_id,
    false as is_void
from worth
where rule_id is null
