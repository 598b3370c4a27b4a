-- R07: a proof shows the act that it was first told of, a yes or a no; what confirms a grant (R15) may bear the grant's
select
    acts.record_id,
    acts.proof,
    min(acts.event_earliest) as of_when
from {{ ref('int_consent_events') }} as acts
left join {{ ref('int_consent_events') }} as confirmed
    on
        acts.confirmation_of = confirmed.event_id
        and acts.record_id = confirmed.record_id
        and acts.proof = confirmed.proof
        and acts.is_confirmation
        and confirmed.is_grant
where
    acts.proof is not null
    and confirmed.event_id is null
    and {{ is_pending('acts.record_id') }}
group by acts.record_id, acts.proof
