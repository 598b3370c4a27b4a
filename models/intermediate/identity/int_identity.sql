-- which records are one person: all that are linked to one another. A record that only a link names is one of them,
-- since its customer row may be gone and what it said stands; a rejected row still binds. The smallest id of a customer
-- leads
with recursive

customers as (

    select distinct person_id as record_id from {{ ref('base_crm__persons') }}
    where
        person_id is not null
        and {{ is_not_erased('person_id') }}

),

links as (

    select
        near_id,
        far_id
    from {{ ref('base_crm__linked_records') }}
    where {{ is_not_erased('near_id') }}

),

reached as (

    select
        record_id,
        record_id as reached_id
    from customers
    union
    select
        near_id as record_id,
        near_id as reached_id
    from links
    union
    select
        reached.record_id,
        links.far_id as reached_id
    from reached
    inner join links
        on reached.reached_id = links.near_id

)

select
    reached.record_id,
    coalesce(min(customers.record_id), min(reached.reached_id)) as person_id
from reached
left join customers
    on reached.reached_id = customers.record_id
group by reached.record_id
