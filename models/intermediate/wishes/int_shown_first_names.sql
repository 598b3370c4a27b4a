-- who told us a first name that may be shown for the purpose: R35 takes out those who switched it off
select
    persons.person_id,
    purposes.purpose
from {{ ref('int_persons') }} as persons
inner join {{ ref('data') }} as data
    on data.datum = 'first_name'
inner join {{ ref('purposes') }} as purposes
    on {{ is_listed('purposes.purpose', 'data.purposes') }}
left join {{ ref('int_switched_off') }} as switched_off
    on
        persons.person_id = switched_off.person_id
        and data.datum = switched_off.datum
        and purposes.purpose = switched_off.purpose
where
    persons.first_name is not null
    and switched_off.person_id is null
