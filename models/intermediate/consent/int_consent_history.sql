-- what was decided when, as known when, of each record, purpose and channel that has an event: no overlap, no gap
with

acts as (

    select
        record_id,
        purpose,
        channel,
        strength,
        valid_from,
        known_from
    from {{ ref('int_consent_acts') }}
    union all
    -- before the first event, and before it was known: nothing
    select distinct
        record_id,
        purpose,
        channel,
        0 as strength,
        {{ beginning_of_time() }} as valid_from,
        {{ beginning_of_time() }} as known_from
    from {{ ref('int_consent_acts') }}

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
    acts.event_id,
    acts.event_time,
    acts.authorised_by,
    acts.expires_at,
    coalesce(acts.event_state, 'ConsentUnknown') as event_state,
    coalesce(acts.is_void, false) as is_void,
    acts.event_id is not null and acts.rule_id is null as is_given,
    case when acts.event_id is null then 'R08' else acts.rule_id end as rule_id
from rectangles
left join {{ ref('int_consent_acts') }} as acts
    on
        rectangles.record_id = acts.record_id
        and rectangles.purpose = acts.purpose
        and rectangles.channel = acts.channel
        and rectangles.strength = acts.strength
where rectangles.valid_from < rectangles.valid_to
