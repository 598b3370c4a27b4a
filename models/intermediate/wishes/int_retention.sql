-- R47: since when each datum that is told or bought at a time of its own may be used, by its retention in `data`
{%- set years = range(1, 11) %}
select
    datum,
    case retention
        {%- for year in years %}
            when 'P{{ year }}Y' then {{ years_before_as_of('P' ~ year ~ 'Y') }}
        {%- endfor %}
        -- nobody says how long: nothing of it may be used
        else {{ as_of() }}
    end as kept_since
from {{ ref('data') }}
