-- the event and notice rules: one row per grant, purpose and rule by which it gives nothing
with

confirmed as (

    select distinct
        event_id,
        purpose
    from {{ ref('int_confirmations') }}
    where confirmed_at <= {{ as_of() }}

),

grants as (

    select
        events.*,
        notices.privacy_notice is not null as is_known_notice,
        -- one form that was sent as several rows is one act all the same
        min(events.purpose) over act <> max(events.purpose) over act as is_of_several,
        coalesce(events.notice_shown_at < notices.valid_from, false) as is_shown_too_early,
        nullif(notices.controller, '') is not null
        and (
            coalesce({{ is_listed('events.purpose', 'notices.purposes') }}, false)
            -- what came later the notice could not name: R13 says so
            or coalesce(purposes.since > notices.valid_from, false)
        )
        and coalesce(notices.right_to_withdraw, false) as is_complete_notice,
        confirmed.event_id is null
        and coalesce({{ is_listed('events.channel', 'notices.double_opt_in') }}, false) as is_pending,
        coalesce(notices.steps_to_withdraw <= notices.steps_to_give, false) as is_as_easy_to_withdraw,
        -- a notice that names no controller names no other: R06 says so
        nullif(notices.controller, '') <> purposes.controller
        or (nullif(notices.brand, '') is not null and notices.brand <> purposes.brand) as is_of_another,
        coalesce(purposes.since <= notices.valid_from, false) as is_purpose_of_then
    from {{ ref('int_consent_events') }} as events
    left join {{ ref('notices') }} as notices
        on events.privacy_notice = notices.privacy_notice
    left join {{ ref('purposes') }} as purposes
        on events.purpose = purposes.purpose
    left join confirmed
        on
            events.event_id = confirmed.event_id
            and events.purpose = confirmed.purpose
    where
        events.is_grant
        and {{ is_pending('events.record_id') }}
    window act as (
        partition by
            events.record_id, events.evidence, events.event_earliest, events.event_latest, events.received_at
    )

),

judged as (

    select
        event_id,
        record_id,
        purpose,
        'R01' as rule_id
    from grants
    where pre_ticked
    union all
    select
        event_id,
        record_id,
        purpose,
        'R02' as rule_id
    from grants
    where collection_method in ('scroll', 'silence', 'banner_dismissed', 'script')
    union all
    select
        event_id,
        record_id,
        purpose,
        'R03' as rule_id
    from grants
    where is_of_several and not separate_choices
    union all
    select
        event_id,
        record_id,
        purpose,
        'R04' as rule_id
    from grants
    where required_for_service or incentive
    union all
    select
        event_id,
        record_id,
        purpose,
        'R05' as rule_id
    from grants
    where
        privacy_notice is null
        or notice_shown_at is null
        or notice_shown_at > event_earliest
        or is_shown_too_early
    union all
    select
        event_id,
        record_id,
        purpose,
        'R06' as rule_id
    from grants
    where is_known_notice and not is_complete_notice
    union all
    select
        event_id,
        record_id,
        purpose,
        'R11' as rule_id
    from grants
    where is_known_notice and not is_as_easy_to_withdraw
    union all
    select
        event_id,
        record_id,
        purpose,
        'R13' as rule_id
    from grants
    where is_known_notice and not is_purpose_of_then
    union all
    select
        event_id,
        record_id,
        purpose,
        'R25' as rule_id
    from grants
    where without_refusal
    union all
    select
        event_id,
        record_id,
        purpose,
        'R48' as rule_id
    from grants
    where event_latest > {{ as_of() }}
    union all
    select
        event_id,
        record_id,
        purpose,
        'R15' as rule_id
    from grants
    where is_pending
    union all
    select
        event_id,
        record_id,
        purpose,
        'R42' as rule_id
    from grants
    where legal_basis <> 'consent'
    union all
    select
        event_id,
        record_id,
        purpose,
        'R43' as rule_id
    from grants
    where is_of_another
    union all
    select
        event_id,
        record_id,
        purpose,
        'R07' as rule_id
    from grants
    where
        collection_method is null
        or collection_method not in ({{ collection_methods() }})
        or evidence is null
        or (privacy_notice is not null and not is_known_notice)

)

select
    event_id,
    record_id,
    purpose,
    rule_id
from judged
