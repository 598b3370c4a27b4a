-- what has reached a person by as_of: each message, with the notice that came with it, and each notice shown elsewhere
with

reached as (

    select
        person_id as record_id,
        sent_at as reached_at,
        true as is_message,
        privacy_notice
    from {{ ref('stg_crm__messages') }}
    union all
    select
        record_id,
        notice_shown_at as reached_at,
        false as is_message,
        privacy_notice
    from {{ ref('int_consent_events') }}
    where privacy_notice is not null

)

select distinct
    identity.person_id,
    reached.reached_at,
    reached.is_message,
    reached.privacy_notice
from reached
inner join {{ ref('int_identity') }} as identity
    on reached.record_id = identity.record_id
where reached.reached_at <= {{ as_of() }}
