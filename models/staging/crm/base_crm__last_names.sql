{{ config(materialized="view") }}

-- every last name that some row of a record tells, also one that cannot be read, the same however it is spelled
select distinct
    person_id,
    {{ same_place(known_text('last_name')) }} as last_name
from {{ ref('base_crm__persons') }}
where {{ known_text('last_name') }} is not null
