-- the deciding event of each record, purpose and channel: what the history says of as_of, as known at as_of
select
    history.record_id,
    history.purpose,
    history.channel,
    history.event_id,
    history.event_state,
    history.event_time,
    history.is_void,
    history.expires_at,
    history.authorised_by,
    history.is_given,
    coalesce(history.rule_id = 'R14', false) as is_expired,
    not history.is_void and coalesce(history.rule_id = 'R48', false) as is_decided_by_interval,
    coalesce(history.rule_id = 'R10', false) as is_decided_by_order
from {{ ref('int_consent_history') }} as history
where
    history.event_id is not null
    and {{ holds_at('history', as_of(), as_of()) }}
