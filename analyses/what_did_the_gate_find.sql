-- The last gate, passed or not: each check of each candidate, with counts only.
select
    audience,
    check_id,
    code,
    column_name,
    outcome,
    evaluated,
    unexpected,
    message,
    fix
from {{ ref('gate_results') }}
order by outcome, audience, check_id
