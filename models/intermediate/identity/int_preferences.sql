-- only what the leading record of a person says: statements of a merged record are asked again, not assumed
select distinct
    preferences.person_id,
    preferences.datum,
    preferences.topic
from {{ ref('stg_crm__preferences') }} as preferences
inner join {{ ref('int_persons') }} as persons
    on preferences.person_id = persons.person_id
inner join {{ ref('int_retention') }} as retention
    on preferences.datum = retention.datum
where
    preferences.stated_at <= {{ as_of() }}
    -- R47
    and preferences.stated_at > retention.kept_since
