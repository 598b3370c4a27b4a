-- everything that can decide about a record, purpose and channel, from when on, and how much it weighs against the rest
with

noes as (

    select *
    from {{ ref('int_consent_events') }}
    where
        not is_grant
        and not is_confirmation
        and {{ is_pending('record_id') }}

),

grants as (

    select * from {{ ref('int_grant_phases') }}
    where {{ is_pending('record_id') }}

),

-- a no that stands beside a grant that it has to be told from: by what was written without a zone, or by order alone
contested as (

    select
        noes.event_id,
        noes.purpose,
        greatest(noes.event_earliest, grants.valid_from) as valid_from,
        greatest(noes.received_at, grants.known_from) as known_from,
        grants.event_latest > noes.event_earliest as is_by_interval,
        grants.ordered_at = noes.ordered_at or grants.received_at > noes.received_at as is_by_order
    from noes
    inner join grants
        on
            noes.record_id = grants.record_id
            and noes.purpose = grants.purpose
            and noes.channel = grants.channel
            and noes.ordered_at >= grants.ordered_at
    where grants.rule_id is null

),

answers as (

    select
        event_id,
        purpose,
        0 as phase,
        event_earliest as valid_from,
        received_at as known_from,
        'R09' as rule_id
    from noes
    union all
    select distinct
        event_id,
        purpose,
        1 as phase,
        valid_from,
        known_from,
        'R10' as rule_id
    from contested
    where is_by_order
    union all
    select distinct
        event_id,
        purpose,
        2 as phase,
        valid_from,
        known_from,
        'R48' as rule_id
    from contested
    where is_by_interval

),

acts as (

    select
        noes.record_id,
        noes.purpose,
        noes.channel,
        noes.event_id,
        noes.event_state,
        noes.event_time,
        noes.ordered_at,
        noes.received_at,
        noes.authorised_by,
        cast(null as {{ dbt.type_timestamp() }}) as expires_at,
        answers.phase,
        answers.valid_from,
        answers.known_from,
        answers.rule_id,
        false as is_grant,
        false as is_void
    from answers
    inner join noes
        on
            answers.event_id = noes.event_id
            and answers.purpose = noes.purpose
    union all
    select
        record_id,
        purpose,
        channel,
        event_id,
        event_state,
        event_time,
        ordered_at,
        received_at,
        authorised_by,
        expires_at,
        phase,
        valid_from,
        known_from,
        rule_id,
        true as is_grant,
        is_void
    from grants

)

select
    record_id,
    purpose,
    channel,
    event_id,
    event_state,
    event_time,
    authorised_by,
    expires_at,
    valid_from,
    known_from,
    is_void,
    rule_id,
    -- the latest weighs most; a tie goes to the no, and what is void weighs less than anything that is not
    row_number() over (
        partition by record_id, purpose, channel
        order by
            is_void desc,
            ordered_at asc,
            case when is_void then received_at end asc,
            is_grant desc,
            event_id asc,
            phase asc,
            valid_from asc,
            known_from asc
    ) as strength
from acts
