{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'dismissals') }}

),

typed as (

    select
        {{ filled('dismissal_id') }} as dismissal_id,
        {{ filled('person_id') }} as person_id,
        {{ filled('kind') }} as kind,
        {{ filled('target') }} as target,  -- noqa: RF04
        {{ filled('topic') }} as topic,
        {{ filled('state') }} as state,
        {{ utc_timestamp('dismissed_at') }} as dismissed_at,
        {{ copies('dismissal_id', ['person_id', 'kind', 'target', 'topic', 'state', 'dismissed_at']) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    dismissal_id,
    person_id,
    kind,
    target,
    topic,
    state,
    dismissed_at,
    raw_row,
    case
        when dismissal_id is null then 'no dismissal id'
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when kind is null or kind not in ('campaign', 'topic', 'product') then 'unknown kind'
        when target is null then 'no target'
        when kind <> 'campaign' and topic is null then 'no topic'
        when state is null or state not in ('hide', 'show') then 'unknown state'
        when dismissed_at is null then 'unreadable dismissed_at'
    end as rejected_because
from typed
