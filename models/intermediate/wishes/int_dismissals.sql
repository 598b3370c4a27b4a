-- R36: what a person does not want to be shown again: a campaign, a topic, a product and the topic that the page said
-- it is of, or nobody knows what. What one record hides another does not show (R34)
with

ranked as (

    select
        identity.person_id,
        dismissals.kind,
        dismissals.target,
        dismissals.segment,
        dismissals.topic,
        dismissals.state,
        -- a product may be hidden under two topics in one second: both are
        rank() over (
            partition by identity.record_id, dismissals.kind, dismissals.target
            order by dismissals.dismissed_at desc, dismissals.state asc
        ) as dismissal_rank
    from {{ ref('stg_crm__dismissals') }} as dismissals
    inner join {{ ref('int_identity') }} as identity
        on dismissals.person_id = identity.record_id
    where dismissals.dismissed_at <= {{ as_of() }}

),

hidden as (

    select
        person_id,
        kind,
        topic,
        coalesce(segment, target) as target  -- noqa: RF04
    from ranked
    where
        dismissal_rank = 1
        and state = 'hide'

)

select
    person_id,
    kind,
    target
from hidden
union
select
    person_id,
    'topic' as kind,
    topic as target  -- noqa: RF04
from hidden
where kind = 'product'
union
-- what cannot be read may have been of anything
select
    identity.person_id,
    'anything' as kind,
    'anything' as target  -- noqa: RF04
from {{ ref('base_crm__dismissals') }} as malformed
inner join {{ ref('int_identity') }} as identity
    on malformed.person_id = identity.record_id
where {{ is_malformed('malformed') }}
