{{ config(materialized="view") }}

-- which records are linked by as_of, both ways; a link that cannot be read binds the two that it names, whenever made
with

links as (

    select
        person_id,
        same_as
    from {{ ref('base_crm__identity_links') }}
    where
        person_id is not null
        and same_as is not null
        and ({{ is_malformed() }} or linked_at <= {{ as_of() }})

)

select
    person_id as near_id,
    same_as as far_id
from links
union all
select
    same_as as near_id,
    person_id as far_id
from links
