select
    person_id,
    model,
    score,
    label,
    scored_at
from {{ ref('base_scores__propensities') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
