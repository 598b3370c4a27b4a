-- R44: when a record's address for a channel last changed or bounced; what was consented to before was of another one
with

written as (

    select
        addresses.address_id,
        addresses.person_id as record_id,
        channels.channel,
        addresses.valid_from,
        {{ written_address('addresses', 'persons') }} as written_address
    from {{ ref('stg_crm__addresses') }} as addresses
    inner join {{ ref('channels') }} as channels
        on addresses.kind = channels.address_kind
    left join {{ ref('stg_crm__persons') }} as persons
        on addresses.person_id = persons.person_id
    where addresses.valid_from <= {{ as_of() }}

),

followed as (

    select
        record_id,
        channel,
        valid_from,
        written_address,
        lag(written_address) over (
            partition by record_id, channel
            order by valid_from, address_id
        ) as address_before
    from written

),

changes as (

    select
        record_id,
        channel,
        valid_from as changed_at
    from followed
    where written_address <> address_before
    union all
    select
        person_id as record_id,
        channel,
        bounced_at as changed_at
    from {{ ref('stg_crm__bounces') }}
    where
        kind = 'hard'
        and bounced_at <= {{ as_of() }}
        and received_at <= {{ as_of() }}
    union all
    -- what cannot be read may have been either, just now
    select
        malformed.person_id as record_id,
        channels.channel,
        {{ as_of() }} as changed_at
    from {{ ref('base_crm__bounces') }} as malformed
    inner join {{ ref('channels') }} as channels
        on malformed.channel = channels.channel or not malformed.is_known_channel
    where
        malformed.{{ is_malformed() }}
        and malformed.person_id is not null
    union all
    select
        malformed.person_id as record_id,
        channels.channel,
        {{ as_of() }} as changed_at
    from {{ ref('base_crm__addresses') }} as malformed
    inner join {{ ref('channels') }} as channels
        on malformed.kind = channels.address_kind or malformed.kind is null or malformed.kind not in ('email', 'postal')
    where
        malformed.{{ is_malformed() }}
        and malformed.person_id is not null

)

select
    changes.record_id,
    changes.channel,
    max(changes.changed_at) as changed_at
from changes
inner join {{ ref('int_identity') }} as records
    on changes.record_id = records.record_id
group by changes.record_id, changes.channel
