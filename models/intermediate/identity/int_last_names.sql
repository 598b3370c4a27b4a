-- every last name that some row of a person tells, also one that cannot be read; of whom none is told there is no row
select distinct
    identity.person_id,
    {{ same_place(known_text('persons.last_name')) }} as last_name
from {{ ref('base_crm__persons') }} as persons
inner join {{ ref('int_identity') }} as identity
    on persons.person_id = identity.record_id
where {{ known_text('persons.last_name') }} is not null
