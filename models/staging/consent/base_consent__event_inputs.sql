-- of each event id as it came a digest of all rows that bear it, and whether they have yet to be judged: together,
-- since copies may contradict one another. What only the erased have delivered is not there (R45)
with

delivered as (

    select
        coalesce({{ filled('event_id') }}, '') as event_key,
        {{ is_not_erased(readable_id('person_id')) }} as is_kept,
        {{ row_digest([
            'person_id', 'event_state', 'event_time', 'received_at', 'purposes', 'channel', 'privacy_notice',
            'notice_shown_at', 'collection_method', 'pre_ticked', 'separate_choices', 'required_for_service', 'incentive',
            'evidence', 'legal_basis', 'without_refusal', 'confirmation_of', 'authorised_by',
            is_yet_to_come(utc_timestamp('received_at')),
        ]) }} as digest
    from {{ source('consent', 'events') }}

),

inputs as (

    select
        event_key,
        cast(sum({{ row_digest(['is_kept', 'digest']) }}) as {{ dbt.type_string() }}) as digest
    from delivered
    group by event_key
    having max(case when is_kept then 1 else 0 end) = 1

)

{{ changed_inputs('event_key') }}
