-- the event and notice rules: one row per grant, purpose and rule by which it gives nothing
{%- set void_where_a_row_says = {
    'R01': "pre_ticked",
    'R02': "collection_method in ('scroll', 'silence', 'banner_dismissed', 'script')",
    'R04': "required_for_service or incentive",
    'R05': "privacy_notice is null or notice_shown_at is null or notice_shown_at > event_earliest or is_shown_too_early",
    'R07': "not is_proved",
    'R25': "without_refusal",
    'R42': "legal_basis <> 'consent'",
} %}
{%- set void_where = {
    'R03': "is_of_several and not separate_choices",
    'R06': "is_known_notice and not is_complete_notice",
    'R11': "is_known_notice and not is_as_easy_to_withdraw",
    'R13': "is_known_notice and not is_purpose_of_then",
    'R15': "is_pending",
    'R43': "is_of_another",
    'R48': "event_latest > " ~ as_of(),
} %}
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
        events.collection_method is not null
        and events.collection_method in ({{ collection_methods() }})
        and coalesce(events.event_earliest = proofs.of_when, false)
        and (events.privacy_notice is null or notices.privacy_notice is not null) as is_proved,
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
    left join {{ ref('int_proofs') }} as proofs
        on
            events.record_id = proofs.record_id
            and events.proof = proofs.proof
    where
        events.is_grant
        and {{ is_pending('events.record_id') }}
    window act as (partition by events.record_id, events.proof, events.event_earliest, events.event_latest)

),

-- what one row of a form says is so of all its rows
forms as (

    select
        event_id,
        record_id,
        {%- for rule_id, condition in void_where_a_row_says.items() %}
            max(case when {{ condition }} then 1 else 0 end) over act as {{ rule_id | lower }},
        {%- endfor %}
        purpose
    from grants
    window act as (partition by record_id, proof, event_earliest, event_latest)

)

{% for rule_id in void_where_a_row_says %}
    select
        event_id,
        record_id,
        purpose,
        '{{ rule_id }}' as rule_id
    from forms
    where {{ rule_id | lower }} = 1
    union all
{%- endfor %}
{%- for rule_id, condition in void_where.items() %}
    select
        event_id,
        record_id,
        purpose,
        '{{ rule_id }}' as rule_id
    from grants
    where {{ condition }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
