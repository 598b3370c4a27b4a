-- of each person a digest of all that their rules at as_of are made of, and whether they have yet to be made of it
with

of_records as (

    select
        record_id,
        {{ row_digest([
            "'state'", 'purpose', 'channel', 'event_id', 'is_given', 'is_expired', 'is_void', 'is_decided_by_interval',
            'is_decided_by_order',
        ]) }} as digest
    from {{ ref('int_consent_state') }}
    union all
    select
        record_id,
        {{ row_digest(["'void'", 'event_id', 'purpose', 'rule_id']) }} as digest
    from {{ ref('int_void_grants') }}
    union all
    select
        record_id,
        {{ row_digest(["'no'", 'purpose', 'channel', 'rule_id']) }} as digest
    from {{ ref('int_suppressions') }}
    union all
    select
        record_id,
        {{ row_digest(["'unreadable'"]) }} as digest
    from {{ ref('int_unreadable_records') }}
    union all
    select
        record_id,
        {{ row_digest(["'terms'", 'jurisdiction']) }} as digest
    from {{ ref('int_record_parameters') }}

),

parts as (

    select
        identity.person_id,
        {{ row_digest(['of_records.record_id', 'of_records.digest']) }} as digest
    from of_records
    inner join {{ ref('int_identity') }} as identity
        on of_records.record_id = identity.record_id
    union all
    select
        person_id,
        {{ row_digest(["'record'", 'record_id']) }} as digest
    from {{ ref('int_identity') }}
    union all
    select
        person_id,
        {{ row_digest(["'person'", 'household_id', 'is_minor', 'is_adult', 'is_child']) }} as digest
    from {{ ref('int_persons') }}
    union all
    select
        person_id,
        {{ row_digest(["'address'", 'kind']) }} as digest
    from {{ ref('int_addresses') }}
    union all
    select
        person_id,
        {{ row_digest(["'child'", 'purpose', 'channel']) }} as digest
    from {{ ref('int_unauthorised_children') }}
    union all
    select
        person_id,
        {{ row_digest(["'shared address'", 'purpose', 'channel']) }} as digest
    from {{ ref('int_address_refusals') }}
    union all
    select
        person_id,
        {{ row_digest(["'person state'", 'rule_id']) }} as digest
    from {{ ref('int_person_states') }}
    union all
    select
        person_id,
        {{ row_digest(["'sale'"]) }} as digest
    from {{ ref('int_sale_opt_outs') }}

),

inputs as (

    select
        person_id,
        cast(sum(digest) as {{ dbt.type_string() }}) as digest
    from parts
    group by person_id

)

{{ changed_inputs('person_id') }}
