-- R47: what a person told of themselves when their record was made, longer ago than it is kept: for the removals
select
    persons.person_id,
    retention.datum
from {{ ref('stg_crm__persons') }} as persons
inner join {{ ref('int_identity') }} as identity
    on
        persons.person_id = identity.record_id
        and persons.person_id = identity.person_id
inner join {{ ref('int_retention') }} as retention
    on persons.created_at <= retention.kept_since
where
    (retention.datum = 'first_name' and persons.first_name is not null)
    or (retention.datum = 'birthday_month' and persons.birthday_month is not null)
