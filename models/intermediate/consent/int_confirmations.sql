-- R15: what confirms a grant: an act of the person's own, free and proved like any other, from the same record, no
-- earlier than what it confirms. It is a yes as well: where it bears no zone it begins at the end of its interval (R48)
with

confirmations as (

    select
        events.*,
        -- what one row of a form says is so of all its rows
        min(
            case
                when
                    events.collection_method in ({{ acts_of_the_person() }})
                    and not events.pre_ticked
                    and not events.required_for_service
                    and not events.incentive
                    and not events.without_refusal
                    and events.legal_basis = 'consent'
                    and (events.privacy_notice is null or notices.privacy_notice is not null)
                    then 1
                else 0
            end
        ) over (partition by events.record_id, events.proof, events.event_earliest, events.event_latest) = 1 as is_free
    from {{ ref('int_consent_events') }} as events
    left join {{ ref('notices') }} as notices
        on events.privacy_notice = notices.privacy_notice
    where
        events.is_confirmation
        and {{ is_pending('events.record_id') }}

)

select distinct
    events.event_id,
    events.record_id,
    events.purpose,
    confirmations.event_latest as confirmed_at,
    confirmations.received_at
from {{ ref('int_consent_events') }} as events
inner join confirmations
    on
        events.event_id = confirmations.confirmation_of
        and events.record_id = confirmations.record_id
        and events.purpose = confirmations.purpose
        and events.channel = confirmations.channel
        and events.event_latest <= confirmations.event_earliest
left join {{ ref('int_proofs') }} as proofs
    on
        confirmations.record_id = proofs.record_id
        and confirmations.proof = proofs.proof
where
    confirmations.is_free
    and (confirmations.proof = events.proof or confirmations.event_earliest = proofs.of_when)
