-- of each customer record a digest of all that its histories are made of, and whether they have yet to be made of it
with

parts as (

    -- with what has become certain by as_of (R15, R48)
    select
        person_id as record_id,
        {{ row_digest([
            "'event'", 'event_id', 'event_state', 'event_time', 'event_earliest', 'event_latest', 'received_at', 'purposes',
            'channel', 'privacy_notice', 'notice_shown_at', 'collection_method', 'pre_ticked', 'purpose_count',
            'separate_choices', 'required_for_service', 'incentive', 'evidence', 'legal_basis', 'without_refusal',
            'confirmation_of', 'authorised_by',
            'event_latest <= ' ~ as_of(),
        ]) }} as digest
    from {{ ref('stg_consent__events') }}
    where
        event_earliest <= {{ as_of() }}
        and received_at <= {{ as_of() }}
    union all
    select
        record_id,
        {{ row_digest(["'term'", 'consent_months']) }} as digest
    from {{ ref('int_record_parameters') }}
    union all
    select
        person_id as record_id,
        {{ row_digest(["'objection'", 'objection_id', 'scope', 'objected_at', 'received_at']) }} as digest
    from {{ ref('stg_consent__objections') }}
    where received_at <= {{ as_of() }}
    union all
    select
        person_id as record_id,
        {{ row_digest(["'unsubscribe'", 'unsubscribe_id', 'channel', 'unsubscribed_at', 'received_at']) }} as digest
    from {{ ref('stg_consent__unsubscribes') }}
    where received_at <= {{ as_of() }}
    union all
    select
        record_id,
        {{ row_digest(["'erased address'", 'channel', 'suppressed_at']) }} as digest
    from {{ ref('int_suppressed_records') }}
    union all
    select
        record_id,
        {{ row_digest(["'address change'", 'change_id', 'channel', 'changed_at', 'known_from']) }} as digest
    from {{ ref('int_address_changes') }}

),

inputs as (

    select
        record_id,
        cast(sum(digest) as {{ dbt.type_string() }}) as digest
    from parts
    group by record_id

)

{{ changed_inputs('record_id') }}
