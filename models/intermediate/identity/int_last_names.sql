-- every last name of a person by any record; of whom none is told there is no row
select distinct
    identity.person_id,
    names_told.last_name
from {{ ref('base_crm__last_names') }} as names_told
inner join {{ ref('int_identity') }} as identity
    on names_told.person_id = identity.record_id
