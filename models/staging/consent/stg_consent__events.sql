select
    event_id,
    person_id,
    event_state,
    event_time,
    event_earliest,
    event_latest,
    received_at,
    purposes,
    purpose_count,
    channel,
    privacy_notice,
    notice_shown_at,
    collection_method,
    pre_ticked,
    separate_choices,
    required_for_service,
    incentive,
    evidence,
    legal_basis,
    without_refusal,
    confirmation_of,
    authorised_by
from {{ ref('base_consent__events') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
