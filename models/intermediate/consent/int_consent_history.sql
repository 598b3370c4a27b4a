-- what was decided when, as known when, of each record, purpose and channel that has an event: no overlap, no gap
with

decided as (

    select * from {{ ref('int_consent_acts') }}
    where {{ is_pending('record_id') }}

),

acts as (

    select
        record_id,
        purpose,
        channel,
        strength,
        valid_from,
        known_from
    from decided
    union all
    -- before the first event, and before it was known: nothing
    select distinct
        record_id,
        purpose,
        channel,
        0 as strength,
        {{ beginning_of_time() }} as valid_from,
        {{ beginning_of_time() }} as known_from
    from decided

),

rectangles as (

    {{ rectangles('acts', ['record_id', 'purpose', 'channel']) }}

)

select
    rectangles.record_id,
    rectangles.purpose,
    rectangles.channel,
    rectangles.valid_from,
    rectangles.valid_to,
    rectangles.known_from,
    rectangles.known_to,
    decided.event_id,
    decided.event_time,
    decided.authorised_by,
    decided.expires_at,
    coalesce(decided.event_state, 'ConsentUnknown') as event_state,
    coalesce(decided.is_void, false) as is_void,
    decided.event_id is not null and decided.rule_id is null as is_given,
    case when decided.event_id is null then 'R08' else decided.rule_id end as rule_id
from rectangles
left join decided
    on
        rectangles.record_id = decided.record_id
        and rectangles.purpose = decided.purpose
        and rectangles.channel = decided.channel
        and rectangles.strength = decided.strength
where rectangles.valid_from < rectangles.valid_to
