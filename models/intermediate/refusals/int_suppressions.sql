-- objections, unsubscribes, opt-outs by erasure and changes of address that no later own grant has lifted at as_of
select
    history.record_id,
    history.purpose,
    history.channel,
    history.rule_id,
    history.valid_from as suppressed_at
from {{ ref('int_suppression_history') }} as history
where {{ holds_at('history', as_of(), as_of()) }}
