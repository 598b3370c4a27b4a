{{ config(materialized="view") }}

-- R45: records of whoever asked to be erased, and those linked to them. A view: once the raw tables forget, it does
with recursive

asked as (

    select
        person_id as record_id,
        max(requested_at) as erased_at,
        max(received_at) as heard_at
    from {{ ref('base_consent__requests') }}
    where
        rejected_because is null
        and kind = 'erasure'
        and requested_at <= {{ as_of() }}
        and received_at <= {{ as_of() }}
    group by person_id

),

reached as (

    select
        record_id,
        record_id as asked_record,
        erased_at,
        heard_at
    from asked
    union
    select
        links.far_id as record_id,
        reached.asked_record,
        reached.erased_at,
        reached.heard_at
    from reached
    inner join {{ ref('base_crm__linked_records') }} as links
        on reached.record_id = links.near_id

)

select
    record_id,
    min(asked_record) as asked_record,
    max(erased_at) as erased_at,
    max(heard_at) as heard_at
from reached
group by record_id
