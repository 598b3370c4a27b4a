{{ config(materialized="view") }}

with

source as (

    select * from {{ source('append', 'profiles') }}

),

typed as (

    select
        {{ filled('person_id') }} as person_id,
        {{ filled('birthday_month') }} as birthday_month_text,
        {{ try_cast(filled('birthday_month'), 'integer') }} as birthday_month,
        {{ filled('income_band') }} as income_band,
        {{ filled('list_name') }} as list_name,
        {{ utc_timestamp('received_at') }} as received_at,
        {{ copies('person_id', ['birthday_month', 'income_band', 'list_name', 'received_at']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    person_id,
    birthday_month,
    income_band,
    list_name,
    received_at,
    raw_row,
    case
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when birthday_month_text is not null and coalesce(birthday_month, 0) not between 1 and 12 then 'no such month'
        when list_name is null then 'no source'
        when received_at is null then 'no plausible received_at'
    end as rejected_because
from typed
