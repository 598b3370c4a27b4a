-- R47: favourites that a person stated, and not again within their retention: for the removals, read as they came
with

statements as (

    select
        {{ filled('person_id') }} as record_id,
        {{ filled('datum') }} as datum,
        {{ filled('topic') }} as topic,
        max({{ utc_timestamp('stated_at') }}) as stated_at
    from {{ source('crm', 'preferences') }}
    where {{ utc_timestamp('stated_at') }} <= {{ as_of() }}
    group by {{ filled('person_id') }}, {{ filled('datum') }}, {{ filled('topic') }}

)

select
    statements.record_id as person_id,
    statements.datum,
    statements.topic
from statements
inner join {{ ref('int_identity') }} as identity
    on
        statements.record_id = identity.record_id
        and statements.record_id = identity.person_id
inner join {{ ref('int_retention') }} as retention
    on statements.datum = retention.datum
where
    statements.topic is not null
    and statements.stated_at <= retention.kept_since
