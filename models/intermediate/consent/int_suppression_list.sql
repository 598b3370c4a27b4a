{{ config(
    materialized="incremental",
    incremental_strategy="delete+insert",
    unique_key=["address_key", "suppressed_at"],
    on_schema_change="fail",
    full_refresh=false,
    post_hook="delete from {{ this }} where kept_until <= '{{ as_of_text()[:19] | replace('T', ' ') }}'",
) }}

-- R21: each address that an erased customer ever gave, as a keyed hash; it stays when the raw tables have forgotten. A
-- row for each time that somebody of it was erased: an earlier one, still in the raw tables, replaces no later one
with

erased_addresses as (

    select
        {{ written_address('addresses', 'persons') }} as written_address,
        min(addresses.kind) as address_kind,
        erased.erased_at
    from {{ ref('base_crm__addresses') }} as addresses
    inner join {{ ref('base_consent__erased_records') }} as erased
        on addresses.person_id = erased.record_id
    left join {{ ref('base_crm__persons') }} as persons
        on addresses.person_id = persons.person_id
    where
        addresses.email is not null
        or addresses.street is not null
    group by {{ written_address('addresses', 'persons') }}, erased.erased_at

)

select
    {{ keyed_hash('erased_addresses.written_address', 'suppression_key') }} as address_key,
    erased_addresses.address_kind,
    suppression_key.key_id,
    erased_addresses.erased_at as suppressed_at,
    {{ dbt.dateadd(
        'day', whole_number('suppression_kept_days', 1, 36500), 'erased_addresses.erased_at'
    ) }} as kept_until
from erased_addresses
cross join {{ source('suppression', 'key') }} as suppression_key
