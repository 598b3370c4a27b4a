select
    dismissal_id,
    person_id,
    kind,
    target,
    segment,
    topic,
    state,
    dismissed_at
from {{ ref('base_crm__dismissals') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
