-- each datum that we hold of a person by their own word or act, and may use for the purpose: R35 takes out the rest
with

buyers as (

    select distinct household_id from {{ ref('int_household_purchases') }}

),

held as (

    select
        person_id,
        'first_name' as datum
    from {{ ref('int_persons') }}
    where first_name is not null
    union all
    select
        person_id,
        'birthday_month' as datum
    from {{ ref('int_persons') }}
    where birthday_month is not null
    union all
    select distinct
        person_id,
        datum
    from {{ ref('int_preferences') }}
    union all
    select
        persons.person_id,
        'purchases' as datum
    from {{ ref('int_persons') }} as persons
    inner join buyers
        on persons.household_id = buyers.household_id

),

allowed as (

    select
        data.datum,
        purposes.purpose
    from {{ ref('data') }} as data
    inner join {{ ref('purposes') }} as purposes
        on {{ is_listed('purposes.purpose', 'data.purposes') }}

)

select
    held.person_id,
    held.datum,
    allowed.purpose
from held
inner join allowed
    on held.datum = allowed.datum
left join {{ ref('int_switched_off') }} as switched_off
    on
        held.person_id = switched_off.person_id
        and held.datum = switched_off.datum
        and allowed.purpose = switched_off.purpose
where switched_off.person_id is null
