-- the deciding event of each record, purpose and channel: the latest that is not void; a tie goes to the withdrawal
with

void_grants as (

    select distinct
        event_id,
        purpose
    from {{ ref('int_void_grants') }}

),

events as (

    select
        events.*,
        void_grants.event_id is not null as is_void
    from {{ ref('int_consent_events') }} as events
    left join void_grants
        on
            events.event_id = void_grants.event_id
            and events.purpose = void_grants.purpose
    where not events.is_confirmation

),

ranked as (

    select
        record_id,
        purpose,
        channel,
        event_id,
        event_state,
        event_time,
        event_earliest,
        ordered_at,
        is_grant,
        is_void,
        received_at,
        authorised_by,
        row_number() over (
            partition by record_id, purpose, channel
            order by
                is_void asc,
                ordered_at desc,
                case when is_void then received_at end desc,
                is_grant asc,
                event_id desc
        ) as decision_rank,
        max(case when is_grant and not is_void then ordered_at end)
            over (partition by record_id, purpose, channel) as last_grant_at,
        max(case when is_grant and not is_void then event_latest end)
            over (partition by record_id, purpose, channel) as last_grant_latest,
        max(case when is_grant and not is_void then received_at end)
            over (partition by record_id, purpose, channel) as last_grant_received_at
    from events

),

-- R14: consent expires, by the parameters of where the person lives
decided as (

    select
        ranked.*,
        terms.record_id is not null
        and {{ dbt.dateadd('month', 'terms.consent_months', 'ranked.event_earliest') }} > {{ as_of() }} as is_in_term,
        {{ dbt.dateadd('month', 'terms.consent_months', 'ranked.event_earliest') }} as expires_at
    from ranked
    left join {{ ref('int_record_parameters') }} as terms
        on ranked.record_id = terms.record_id
    where ranked.decision_rank = 1

)

select
    record_id,
    purpose,
    channel,
    event_id,
    event_state,
    event_time,
    is_void,
    last_grant_at,
    expires_at,
    authorised_by,
    is_grant and not is_void and is_in_term as is_given,
    is_grant and not is_void and not is_in_term as is_expired,
    not is_grant and coalesce(last_grant_latest > event_earliest, false) as is_decided_by_interval,
    not is_grant
    and coalesce(last_grant_at = ordered_at or last_grant_received_at > received_at, false) as is_decided_by_order
from decided
