-- Was a use allowed at one instant, as known at another? Each record that ever gave, refused or withdrew consent,
-- by purpose and channel, with what stood against it. Whoever never said anything was never allowed (R08).
--
--   dbt show --select was_it_allowed --vars '{valid_at: "2017-08-01T00:00:00Z"}'                     as known today
--   dbt show --select was_it_allowed --vars '{valid_at: "2017-08-01T00:00:00Z", known_at: "2017-08-01T00:00:00Z"}'
with

asked as (

    select distinct
        records.record_id,
        purposes.purpose,
        channels.channel,
        {{ instant('valid_at') }} as valid_at,
        {{ instant('known_at') }} as known_at
    from {{ ref('int_consent_history') }} as records
    cross join {{ ref('purposes') }} as purposes
    cross join {{ ref('channels') }} as channels

),

against as (

    {{ rules_at('asked') }}

)

select
    asked.record_id,
    asked.purpose,
    asked.channel,
    asked.valid_at,
    asked.known_at,
    count(against.rule_id) = 0 as was_allowed,
    {{ dbt.listagg('against.rule_id', "','", 'order by against.rule_id') }} as rules
from asked
left join against
    on
        asked.record_id = against.record_id
        and asked.purpose = against.purpose
        and asked.channel = against.channel
group by asked.record_id, asked.purpose, asked.channel, asked.valid_at, asked.known_at
order by asked.record_id, asked.purpose, asked.channel
