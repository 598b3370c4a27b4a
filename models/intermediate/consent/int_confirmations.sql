-- R15: what confirms a grant: an act of the person's own, from the same record, no earlier than what it confirms
select distinct
    events.event_id,
    events.purpose,
    confirmations.event_earliest as confirmed_at,
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
