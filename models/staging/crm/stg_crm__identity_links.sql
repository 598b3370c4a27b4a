select
    link_id,
    person_id,
    same_as,
    linked_at
from {{ ref('base_crm__identity_links') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
    and {{ is_not_erased('same_as') }}
