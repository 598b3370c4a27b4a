select
    statement_id,
    person_id,
    datum,
    topic,
    stated_at
from {{ ref('base_crm__preferences') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
