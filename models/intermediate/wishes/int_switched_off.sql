-- R35: what a person has switched off for a purpose; at a tie, off wins. What any record of theirs has off is off (R34)
with

ranked as (

    select
        identity.person_id,
        switches.datum,
        switches.purpose,
        switches.state,
        row_number() over (
            partition by identity.record_id, switches.datum, switches.purpose
            order by switches.switched_at desc, switches.state asc, switches.switch_id asc
        ) as switch_rank
    from {{ ref('stg_crm__switches') }} as switches
    inner join {{ ref('int_identity') }} as identity
        on switches.person_id = identity.record_id
    where switches.switched_at <= {{ as_of() }}

)

select
    person_id,
    datum,
    purpose
from ranked
where
    switch_rank = 1
    and state = 'off'
union
-- a switch that cannot be read may have been an off: for what it names, or for all where it names nothing known
select
    identity.person_id,
    data.datum,
    purposes.purpose
from {{ ref('base_crm__switches') }} as malformed
inner join {{ ref('int_identity') }} as identity
    on malformed.person_id = identity.record_id
inner join {{ ref('data') }} as data
    on malformed.datum = data.datum or not malformed.is_known_datum
inner join {{ ref('purposes') }} as purposes
    on malformed.purpose = purposes.purpose or not malformed.is_known_purpose
where {{ is_malformed('malformed') }}
