{{ config(materialized="view") }}
{%- set is_plausible_year -%}
    (
        birth_year_text is null
        or (
            {{ is_whole_number('birth_year_text') }}
            and coalesce(birth_year, 0) between extract(year from {{ as_of() }}) - 110 and extract(year from {{ as_of() }})
        )
    )
{%- endset %}

with

source as (

    select * from {{ source('crm', 'persons') }}

),

typed as (

    select
        {{ readable_id('person_id') }} as person_id,
        {{ filled('household_id') }} as household_id_text,
        {{ likely_number('household_id') }} as household_id,
        {{ filled('first_name') }} as first_name,
        {{ filled('last_name') }} as last_name,
        {{ filled('declared_adult') }} as declared_adult,
        {{ filled('birth_year') }} as birth_year_text,
        {{ try_cast(filled('birth_year'), 'integer') }} as birth_year,
        {{ filled('birthday_month') }} as birthday_month_text,
        {{ try_cast(filled('birthday_month'), 'integer') }} as birthday_month,
        {{ filled('jurisdiction') }} as jurisdiction,
        min({{ filled('home') }}) over (partition by {{ filled('person_id') }}) as home_first,
        max({{ filled('home') }}) over (partition by {{ filled('person_id') }}) as home_last,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ copies('person_id', [
            'household_id', 'first_name', 'last_name', 'declared_adult', 'birth_year', 'birthday_month',
            'jurisdiction', 'created_at'
        ]) }},
        {{ row_json('source') }} as raw_row
    from source

)

select
    person_id,
    household_id,
    first_name,
    last_name,
    declared_adult = 'true' as is_declared_adult,
    -- of a year that cannot be read, the youngest that it may be
    case
        when {{ is_plausible_year }} then birth_year
        else extract(year from {{ as_of() }})
    end as birth_year,
    birthday_month,
    jurisdiction,
    -- a form guesses it of some: two copies that differ in it are both believed, and of the home nothing is
    case when home_first = home_last then home_first end as home,
    created_at,
    raw_row,
    case
        when person_id is null then 'no person'
        when is_contradicted then 'contradictory duplicate'
        when copy_number > 1 then 'duplicate'
        when household_id is null then 'no readable household'
        when not {{ is_whole_number('household_id_text') }} then 'unreadable household'
        when declared_adult not in ('true', 'false') then 'unreadable declared_adult'
        when not {{ is_plausible_year }} then 'implausible birth year'
        when
            birthday_month_text is not null
            and (
                not {{ is_whole_number('birthday_month_text') }}
                or coalesce(birthday_month, 0) not between 1 and 12
            )
            then 'no such month'
        when created_at is null then 'no plausible created_at'
        when {{ is_yet_to_come('created_at') }} then 'created_at after this run'
    end as rejected_because
from typed
