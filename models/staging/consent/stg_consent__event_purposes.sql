select
    events.event_id,
    events.person_id,
    events.event_state,
    events.event_time,
    events.event_earliest,
    events.event_latest,
    events.received_at,
    purposes.purpose,
    events.purpose_count,
    events.channel,
    events.privacy_notice,
    events.notice_shown_at,
    events.collection_method,
    events.pre_ticked,
    events.separate_choices,
    events.required_for_service,
    events.incentive,
    events.evidence,
    events.legal_basis,
    events.without_refusal,
    events.confirmation_of,
    events.authorised_by
from {{ ref('stg_consent__events') }} as events
inner join {{ ref('purposes') }} as purposes
    on {{ is_listed('purposes.purpose', 'events.purposes') }}
