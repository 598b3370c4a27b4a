-- objections and unsubscribes that no later own grant, for that purpose and channel, has lifted at as_of
select
    history.record_id,
    history.purpose,
    history.channel,
    history.rule_id,
    history.valid_from as suppressed_at
from {{ ref('int_suppression_history') }} as history
where {{ holds_at('history', as_of(), as_of()) }}
