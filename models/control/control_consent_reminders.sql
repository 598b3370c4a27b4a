-- R14: whose consent will expire soon, and who may still be asked to renew it
with

ends as (

    -- of several records, the one that expires first
    select
        identity.person_id,
        consent_state.purpose,
        consent_state.channel,
        min(consent_state.expires_at) as expires_at,
        max(terms.reminder_days) as reminder_days
    from {{ ref('int_consent_state') }} as consent_state
    inner join {{ ref('int_identity') }} as identity
        on consent_state.record_id = identity.record_id
    inner join {{ ref('int_record_parameters') }} as terms
        on consent_state.record_id = terms.record_id
    where consent_state.is_given
    group by identity.person_id, consent_state.purpose, consent_state.channel

)

select
    ends.person_id,
    ends.purpose,
    ends.channel,
    cast({{ dbt.dateadd('day', '-ends.reminder_days', 'ends.expires_at') }} as date) as due_on,
    cast(ends.expires_at as date) as expires_on
from ends
-- whoever may not be written to at all is not written to about that either
inner join {{ ref('int_permissions') }} as permissions
    on
        ends.person_id = permissions.person_id
        and ends.purpose = permissions.purpose
        and ends.channel = permissions.channel
-- an opt-out of late, even one that the person has taken back (R24)
left join {{ ref('control_not_to_be_asked') }} as not_to_be_asked
    on
        ends.person_id = not_to_be_asked.person_id
        and ends.purpose = not_to_be_asked.purpose
        and ends.channel = not_to_be_asked.channel
where
    permissions.is_permitted
    and not_to_be_asked.person_id is null
    and {{ dbt.dateadd('day', '-ends.reminder_days', 'ends.expires_at') }} <= {{ as_of() }}
