{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'privacy_signals') }}

),

typed as (

    select
        {{ filled('signal_id') }} as signal_id,
        {{ filled('device_id') }} as device_id,
        {{ readable_id('person_id') }} as person_id,
        {{ filled('gpc') }} as gpc,
        {{ utc_timestamp('seen_at') }} as seen_at,
        {{ utc_timestamp('received_at') }} as received_at,
        {{ copies('signal_id', ['device_id', 'person_id', 'gpc', 'seen_at', 'received_at']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    signal_id,
    device_id,
    person_id,
    gpc,
    seen_at,
    received_at,
    raw_row,
    case
        when signal_id is null then 'no signal id'
        when device_id is null and person_id is null then 'no readable subject'
        {{ unreadable_text('raw_row') }}
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when gpc is null or gpc not in ('0', '1') then 'unknown gpc'
        when seen_at is null then 'no plausible seen_at'
        when received_at is null then 'no plausible received_at'
        when seen_at > received_at then 'seen_at after received_at'
        when {{ is_yet_to_come('received_at') }} then 'received_at after this run'
    end as rejected_because
from typed
