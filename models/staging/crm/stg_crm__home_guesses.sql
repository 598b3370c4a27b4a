select
    person_id,
    home as home_guessed
from {{ ref('base_crm__persons') }}
where
    rejected_because is null
    and {{ is_not_erased('person_id') }}
    and home not in ('owner', 'renter')
