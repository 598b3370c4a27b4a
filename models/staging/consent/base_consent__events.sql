-- a table, since four models read it: it keeps nothing of the erased (R45)
with

source as (

    select * from {{ source('consent', 'events') }}
    where {{ is_pending("coalesce(" ~ filled('event_id') ~ ", '')", 'base_consent__event_inputs', 'event_key') }}

),

-- each distinct list of purposes is matched once against the reference
purpose_lists as (

    select distinct {{ filled('purposes') }} as purposes from source

),

known_purposes as (

    select
        purpose_lists.purposes,
        count(*) as known_count
    from purpose_lists
    inner join {{ ref('purposes') }} as purposes
        on {{ is_listed('purposes.purpose', 'purpose_lists.purposes') }}
    group by purpose_lists.purposes

),

typed as (

    select
        coalesce({{ filled('source.event_id') }}, '') as event_key,
        {{ filled('source.event_id') }} as event_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.event_state') }} as event_state,
        {{ earliest_utc('source.event_time') }} as event_earliest,
        {{ latest_utc('source.event_time') }} as event_latest,
        {{ utc_timestamp('source.received_at') }} as received_at,
        {{ filled('source.purposes') }} as purposes,
        length(source.purposes) - length(replace(source.purposes, '|', '')) + 1 as purpose_count,
        coalesce(known_purposes.known_count, 0) as known_purpose_count,
        {{ filled('source.channel') }} as channel,
        channels.channel is not null as is_known_channel,
        {{ filled('source.privacy_notice') }} as privacy_notice,
        {{ filled('source.notice_shown_at') }} as notice_shown_text,
        {{ utc_timestamp('source.notice_shown_at') }} as notice_shown_at,
        {{ filled('source.collection_method') }} as collection_method,
        coalesce({{ filled('source.pre_ticked') }}, 'false') as pre_ticked,
        coalesce({{ filled('source.separate_choices') }}, 'false') as separate_choices,
        coalesce({{ filled('source.required_for_service') }}, 'false') as required_for_service,
        coalesce({{ filled('source.incentive') }}, 'false') as incentive,
        {{ filled('source.evidence') }} as evidence_text,
        coalesce({{ filled('source.legal_basis') }}, 'consent') as legal_basis,
        coalesce({{ filled('source.without_refusal') }}, 'false') as without_refusal,
        {{ filled('source.confirmation_of') }} as confirmation_of,
        {{ filled('source.authorised_by') }} as authorised_by,
        {{ copies('source.event_id', [
            'source.person_id', 'source.event_state', 'source.event_time', 'source.received_at',
            'source.purposes', 'source.channel', 'source.privacy_notice', 'source.notice_shown_at',
            'source.collection_method', 'source.pre_ticked', 'source.separate_choices',
            'source.required_for_service', 'source.incentive', 'source.evidence',
            'source.legal_basis',
            'source.without_refusal',
            'source.confirmation_of',
            'source.authorised_by'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join known_purposes
        on {{ filled('source.purposes') }} = known_purposes.purposes
    left join {{ ref('channels') }} as channels
        on {{ filled('source.channel') }} = channels.channel

)

select
    event_key,
    event_id,
    person_id,
    event_state,
    -- R48: a yes begins when it was said at the latest, everything else when it was said at the earliest
    case when event_state in ({{ valid_consent_states() }}) then event_latest else event_earliest end as event_time,
    event_earliest,
    event_latest,
    received_at,
    purposes,
    purpose_count,
    channel,
    privacy_notice,
    notice_shown_at,
    collection_method,
    pre_ticked = 'true' as pre_ticked,
    separate_choices = 'true' as separate_choices,
    required_for_service = 'true' as required_for_service,
    incentive = 'true' as incentive,
    case when {{ known_text('evidence_text') }} is not null then evidence_text end as evidence,
    legal_basis,
    without_refusal = 'true' as without_refusal,
    confirmation_of,
    authorised_by,
    raw_row,
    case
        when event_id is null then 'no event id'
        when person_id is null then 'no readable subject'
        {{ unreadable_text('raw_row') }}
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when event_state is null or event_state not in ({{ consent_states() }}) then 'unknown event_state'
        when event_earliest is null then 'no plausible event_time'
        when received_at is null then 'no plausible received_at'
        when event_earliest > received_at then 'event_time after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
        when purposes is null or purpose_count <> known_purpose_count then 'unknown purpose'
        when not is_known_channel then 'unknown channel'
        when notice_shown_text is not null and notice_shown_at is null then 'no plausible notice_shown_at'
        when
            pre_ticked not in ('true', 'false')
            or separate_choices not in ('true', 'false')
            or required_for_service not in ('true', 'false')
            or incentive not in ('true', 'false')
            or without_refusal not in ('true', 'false')
            then 'unreadable flag'
        when without_refusal = 'true' and event_state = 'ConsentRefused' then 'contradictory flags'
        when legal_basis not in ({{ legal_bases() }}) then 'unknown legal_basis'
    end as rejected_because
from typed
where {{ is_not_erased('person_id') }}
