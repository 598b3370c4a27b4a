-- R23: whom a Global Privacy Control signal opts out of sale and sharing: it counts for the device, and for whoever is
-- known there, at any time
with

signals as (

    -- what cannot be read may be a signal of anybody whom it names
    select
        device_id,
        person_id as record_id,
        coalesce(gpc <> '0', true) as is_opt_out
    from {{ ref('base_crm__privacy_signals') }}
    where
        coalesce(received_at <= {{ as_of() }}, true)
        and {{ is_not_erased('person_id') }}

),

devices as (

    select distinct device_id
    from signals
    where
        is_opt_out
        and device_id is not null

)

select distinct identity.person_id
from signals
inner join {{ ref('int_identity') }} as identity
    on signals.record_id = identity.record_id
left join devices
    on signals.device_id = devices.device_id
where
    signals.is_opt_out
    or devices.device_id is not null
