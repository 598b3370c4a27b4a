{#-
    Text to timestamp, or NULL unless it reads exactly YYYY-MM-DDTHH:MM:SSZ, in digits: no zone is guessed (R48), and
    there is no year 0, nor one with a sign.
-#}
{% macro utc_timestamp(text) -%}
    case
        when
            {{ text }} like '____-__-__T__:__:__Z'
            and translate({{ text }}, '0123456789', '') = '--T::Z'
            and {{ text }} not like '0000%'
        then {{ try_cast("replace(replace(" ~ text ~ ", 'T', ' '), 'Z', '')", dbt.type_timestamp()) }} end
{%- endmacro %}
