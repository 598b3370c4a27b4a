-- when an objection or an unsubscribe stood, as known when; where no row holds, none did
with

acts as (

    select * from {{ ref('int_suppression_acts') }}
    where {{ is_pending('record_id') }}

),

rectangles as (

    {{ rectangles('acts', ['record_id', 'purpose', 'channel', 'rule_id']) }}

)

select
    rectangles.record_id,
    rectangles.purpose,
    rectangles.channel,
    rectangles.rule_id,
    rectangles.valid_from,
    rectangles.valid_to,
    rectangles.known_from,
    rectangles.known_to,
    acts.act_id
from rectangles
inner join acts
    on
        rectangles.record_id = acts.record_id
        and rectangles.purpose = acts.purpose
        and rectangles.channel = acts.channel
        and rectangles.rule_id = acts.rule_id
        and rectangles.strength = acts.strength
where
    acts.suppresses
    and rectangles.valid_from < rectangles.valid_to
