-- R15: what confirms a grant: an act of the person's own, free and proved like any other, from the same record, no
-- earlier than what it confirms. It is a yes as well: where it bears no zone it begins at the end of its interval (R48)
select distinct
    events.event_id,
    events.record_id,
    events.purpose,
    confirmations.event_latest as confirmed_at,
    confirmations.received_at
from {{ ref('int_consent_events') }} as events
inner join {{ ref('int_consent_events') }} as confirmations
    on
        events.event_id = confirmations.confirmation_of
        and events.record_id = confirmations.record_id
        and events.purpose = confirmations.purpose
        and events.channel = confirmations.channel
        and events.event_latest <= confirmations.event_earliest
where
    confirmations.is_confirmation
    and confirmations.collection_method in ({{ acts_of_the_person() }})
    and not confirmations.pre_ticked
    and not confirmations.required_for_service
    and not confirmations.incentive
    and not confirmations.without_refusal
    and confirmations.evidence is not null
    and confirmations.legal_basis = 'consent'
    and {{ is_pending('confirmations.record_id') }}
