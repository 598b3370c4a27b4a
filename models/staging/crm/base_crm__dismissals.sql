{{ config(materialized="view") }}

with

source as (

    select * from {{ source('crm', 'dismissals') }}

),

campaigns as (
    {{ literal_rows(['name', 'segment'], campaign_names()) }}

),

typed as (

    select
        {{ filled('source.dismissal_id') }} as dismissal_id,
        {{ readable_id('source.person_id') }} as person_id,
        {{ filled('source.kind') }} as kind,
        coalesce(campaigns.name, {{ filled('source.target') }}) as target,  -- noqa: RF04
        campaigns.segment,
        {{ filled('source.topic') }} as topic,
        topics.topic is not null as is_known_topic,
        {{ filled('source.state') }} as state,
        {{ utc_timestamp('source.dismissed_at') }} as dismissed_at,
        {{ copies('source.dismissal_id', [
            'source.person_id', 'source.kind', 'source.target', 'source.topic', 'source.state', 'source.dismissed_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source
    left join {{ ref('topics') }} as topics
        on {{ filled('source.topic') }} = topics.topic
    left join campaigns
        on
            {{ filled('source.kind') }} = 'campaign'
            and lower({{ filled('source.target') }}) = campaigns.name

)

select
    dismissal_id,
    person_id,
    kind,
    target,
    segment,
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
        when kind = 'campaign' and segment is null then 'unknown campaign'
        when kind <> 'campaign' and not is_known_topic then 'unknown topic'
        when kind = 'topic' and topic <> target then 'two topics'
        when state is null or state not in ('hide', 'show') then 'unknown state'
        when dismissed_at is null then 'no plausible dismissed_at'
        when {{ is_yet_to_come('dismissed_at') }} then 'dismissed_at after this run'
    end as rejected_because
from typed
