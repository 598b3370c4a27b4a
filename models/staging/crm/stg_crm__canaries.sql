select
    person_id,
    household_id
from {{ ref('base_crm__canaries') }}
where rejected_because is null
