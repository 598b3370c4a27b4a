-- R45: households of whoever asked to be erased, as keyed hashes: nobody can say what of their purchases was whose,
-- also once the raw tables have forgotten the person. Kept as long as purchases are
select distinct
    {{ keyed_hash(household_text('persons.household_id'), 'suppression_key') }} as household_key,
    erased.heard_at as erased_at,
    case data.retention
        {%- for years in range(1, 11) %}
            when 'P{{ years }}Y' then {{ dbt.dateadd('year', years, 'erased.heard_at') }}
        {%- endfor %}
        -- nobody says how long: nothing of it is used, and no list of it needed
        else erased.heard_at
    end as kept_until
from {{ ref('base_crm__persons') }} as persons
inner join {{ ref('base_consent__erased_records') }} as erased
    on persons.person_id = erased.record_id
inner join {{ ref('data') }} as data
    on data.datum = 'purchases'
cross join {{ source('suppression', 'key') }} as suppression_key
where persons.household_id is not null
