-- what the last gate found wanting, for auditors: rule, place, words, and the way that data took
select
    audience,
    model,
    column_name,
    code,
    message,
    fix,
    way,
    unexpected,
    evaluated
from {{ ref('gate_results') }}
where outcome <> 'passed'
