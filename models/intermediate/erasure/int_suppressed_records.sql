-- R21: customer records that gave an address which somebody gave who has been erased since; only for its channel
with

signed as (

    select
        told.record_id,
        told.channel,
        {{ signed_place('told', 'last_names', '?') }} as signed_place
    from {{ ref('int_given_addresses') }} as told
    left join {{ ref('int_last_names') }} as last_names
        on told.person_id = last_names.person_id
    union
    -- somebody of whom we knew no name was erased
    select
        record_id,
        channel,
        place || '|*' as signed_place
    from {{ ref('int_given_addresses') }}
    where is_letter_box

),

hashed as (

    select
        signed.record_id,
        signed.channel,
        {{ keyed_hash('signed.signed_place', 'suppression_key') }} as address_key
    from signed
    cross join {{ source('suppression', 'key') }} as suppression_key

)

select
    hashed.record_id,
    hashed.channel,
    max(listed.suppressed_at) as suppressed_at
from hashed
inner join {{ ref('int_suppression_list') }} as listed
    on hashed.address_key = listed.address_key
where
    listed.kept_until > {{ as_of() }}
    -- the list outlives builds: another may have been of later
    and listed.suppressed_at <= {{ as_of() }}
group by hashed.record_id, hashed.channel
