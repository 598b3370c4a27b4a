{#-
    When something happened at the earliest and at the latest, UTC, by what was written of it: the same instant for
    YYYY-MM-DDTHH:MM:SSZ; where no zone was written (YYYY-MM-DDTHH:MM:SS), it may be any between UTC+14 and UTC-12 (R48).
    NULL where neither can be read.
-#}
{% macro earliest_utc(text) -%}
    coalesce({{ utc_timestamp(text) }}, {{ dbt.dateadd('hour', -14, zoneless_timestamp(text)) }})
{%- endmacro %}

{% macro latest_utc(text) -%}
    coalesce({{ utc_timestamp(text) }}, {{ dbt.dateadd('hour', 12, zoneless_timestamp(text)) }})
{%- endmacro %}

{#- Text to timestamp as somebody's clock showed it, or NULL unless it reads exactly YYYY-MM-DDTHH:MM:SS, in digits. -#}
{% macro zoneless_timestamp(text) -%}
    case
        when
            {{ text }} like '____-__-__T__:__:__'
            and translate({{ text }}, '0123456789', '') = '--T::'
            and {{ text }} >= '{{ first_year() }}'
        then {{ try_cast("replace(" ~ text ~ ", 'T', ' ')", dbt.type_timestamp()) }} end
{%- endmacro %}
