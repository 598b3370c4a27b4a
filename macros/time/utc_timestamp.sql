{#-
    Text to timestamp, or NULL unless it reads exactly YYYY-MM-DDTHH:MM:SSZ, in digits: no zone is guessed (R48), and
    there is no year with a sign. One before var `first_year` is a default (1970, 1900, 1), and no time: a no of it would be lifted
    by any later yes.
-#}
{% macro utc_timestamp(text) -%}
    case
        when
            {{ text }} like '____-__-__T__:__:__Z'
            and translate({{ text }}, '0123456789', '') = '--T::Z'
            and {{ text }} >= '{{ first_year() }}'
        then {{ try_cast("replace(replace(" ~ text ~ ", 'T', ' '), 'Z', '')", dbt.type_timestamp()) }} end
{%- endmacro %}
