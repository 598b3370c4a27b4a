{{ config(materialized="view") }}

with

source as (

    select * from {{ source('scores', 'propensities') }}

),

typed as (

    select
        {{ filled('person_id') }} as person_id,
        {{ filled('model') }} as model,
        {{ try_cast('score', 'double') }} as score,
        {{ filled('label') }} as label,
        {{ utc_timestamp('scored_at') }} as scored_at,
        {{ copies(['person_id', 'model'], ['score', 'label', 'scored_at']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    person_id,
    model,
    score,
    label,
    scored_at,
    raw_row,
    case
        when person_id is null then 'no person'
        when model is null then 'no model'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when score is null then 'unreadable score'
        when scored_at is null then 'no plausible scored_at'
    end as rejected_because
from typed
