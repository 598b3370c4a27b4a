-- R21: each address that an erased customer ever gave, as a keyed hash; it stays when the raw tables have forgotten. A
-- row for each time that somebody of it was erased: an earlier one, still in the raw tables, replaces no later one
with

names as (

    select distinct
        erased.asked_record,
        names_told.last_name
    from {{ ref('base_crm__last_names') }} as names_told
    inner join {{ ref('base_consent__erased_records') }} as erased
        on names_told.person_id = erased.record_id

),

given as (

    select distinct
        erased.asked_record,
        erased.erased_at,
        erased.heard_at,
        addresses.is_letter_box,
        addresses.place
    from {{ ref('base_crm__address_places') }} as addresses
    inner join {{ ref('base_consent__erased_records') }} as erased
        on addresses.person_id = erased.record_id

),

-- a letter-box by each name; by `*`, which meets everybody there, where none is known; by `?` for who comes without one
signed as (

    select
        {{ signed_place('given', 'names', '*') }} as signed_place,
        given.is_letter_box,
        given.erased_at,
        given.heard_at
    from given
    left join names
        on given.asked_record = names.asked_record
    union
    select
        place || '|?' as signed_place,
        is_letter_box,
        erased_at,
        heard_at
    from given
    where is_letter_box

),

listed as (

    select
        signed_place,
        is_letter_box,
        erased_at,
        max(heard_at) as heard_at
    from signed
    group by signed_place, is_letter_box, erased_at

)

select
    {{ keyed_hash('listed.signed_place', 'suppression_key') }} as address_key,
    case when listed.is_letter_box then 'postal' else 'email' end as address_kind,
    suppression_key.key_id,
    listed.erased_at as suppressed_at,
    {{ dbt.dateadd('day', whole_number('suppression_kept_days', 1, 36500), 'listed.heard_at') }} as kept_until
from listed
cross join {{ source('suppression', 'key') }} as suppression_key
