-- what we knew at as_of of what had happened by then, one row per event and purpose
select
    event_id,
    person_id as record_id,
    purpose,
    channel,
    event_state,
    event_state in ({{ valid_consent_states() }}) and confirmation_of is null as is_grant,
    -- says nothing by itself: it confirms another act (R15); whoever says no says it, whatever the act refers to
    event_state in ({{ valid_consent_states() }}) and confirmation_of is not null as is_confirmation,
    event_time,
    event_earliest,
    event_latest,
    -- later than a no is only a yes that is so for certain: what may be either way is a tie
    case when event_state in ({{ valid_consent_states() }}) then event_earliest else event_latest end as ordered_at,
    received_at,
    privacy_notice,
    notice_shown_at,
    collection_method,
    pre_ticked,
    purpose_count,
    separate_choices,
    required_for_service,
    incentive,
    evidence,
    -- what a reader tells one proof from another by
    {{ plain_text('evidence') }} as proof,
    legal_basis,
    without_refusal,
    confirmation_of,
    authorised_by
from {{ ref('stg_consent__event_purposes') }}
where
    event_earliest <= {{ as_of() }}
    and received_at <= {{ as_of() }}
    and {{ is_pending('person_id') }}
