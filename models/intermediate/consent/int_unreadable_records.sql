-- R40: customer records with a permission record that nobody can read, and since when we have had it
with

malformed as (

    select
        person_id as record_id,
        received_at
    from {{ ref('base_consent__events') }}
    where {{ is_malformed() }}
    union all
    select
        person_id as record_id,
        received_at
    from {{ ref('base_consent__objections') }}
    where {{ is_malformed() }}
    union all
    select
        person_id as record_id,
        received_at
    from {{ ref('base_consent__unsubscribes') }}
    where {{ is_malformed() }}
    union all
    select
        person_id as record_id,
        received_at
    from {{ ref('base_consent__requests') }}
    where {{ is_malformed() }}

)

select
    record_id,
    -- it is here: not later than as_of, and since ever where its own time of arrival is what cannot be read
    min(least(coalesce(received_at, {{ beginning_of_time() }}), {{ as_of() }})) as known_from
from malformed
where record_id is not null
group by record_id
