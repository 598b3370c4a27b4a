-- R32: what people asked of us and has no answer yet, with the day by which it is due
with

asked as (

    select
        request_id,
        kind,
        received_at,
        closed_at
    from {{ ref('stg_consent__requests') }}
    where kind in ('access', 'rectification', 'portability', 'restriction', 'accuracy_dispute')
    union all
    -- whoever was erased is not among those any more; the request is
    select
        request_id,
        'erasure' as kind,
        received_at,
        closed_at
    from {{ ref('int_erasures') }}

)

select
    request_id,
    kind,
    cast(received_at as date) as received_on,
    cast({{ dbt.dateadd('month', 1, 'received_at') }} as date) as due_on,
    {{ dbt.dateadd('month', 1, 'received_at') }} < {{ as_of() }} as is_overdue
from asked
where
    received_at <= {{ as_of() }}
    and (closed_at is null or closed_at > {{ as_of() }})
