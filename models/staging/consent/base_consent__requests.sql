{{ config(materialized="view") }}

with

source as (

    select * from {{ source('consent', 'requests') }}

),

typed as (

    select
        {{ filled('request_id') }} as request_id,
        {{ readable_id('person_id') }} as person_id,
        {{ filled('kind') }} as kind,
        {{ utc_timestamp('requested_at') }} as requested_at,
        {{ utc_timestamp('received_at') }} as received_at,
        -- an answer may come as the row once more, with its time
        max({{ filled('closed_at') }}) over (partition by {{ filled('request_id') }}) as closed_text,
        {{ copies('request_id', ['person_id', 'kind', 'requested_at', 'received_at']) }},
        {{ row_json('source') }} as raw_row
    from source

),

answered as (

    select
        typed.*,
        {{ utc_timestamp('closed_text') }} as closed_at
    from typed

)

select
    request_id,
    person_id,
    kind,
    requested_at,
    received_at,
    closed_at,
    raw_row,
    case
        when request_id is null then 'no request id'
        when person_id is null then 'no readable subject'
        {{ unreadable_text('raw_row') }}
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when kind is null or kind not in ({{ request_kinds() }}) then 'unknown kind'
        when requested_at is null then 'no plausible requested_at'
        when received_at is null then 'no plausible received_at'
        when requested_at > received_at then 'requested_at after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
        when closed_text is not null and closed_at is null then 'no plausible closed_at'
        when closed_at < received_at then 'closed_at before received_at'
    end as rejected_because
from answered
