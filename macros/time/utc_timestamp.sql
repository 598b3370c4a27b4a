{#- Text to timestamp, or NULL unless it reads exactly YYYY-MM-DDTHH:MM:SSZ: no zone is guessed (R48). -#}
{% macro utc_timestamp(text) -%}
    case when {{ text }} like '____-__-__T__:__:__Z'
        then {{ try_cast("replace(replace(" ~ text ~ ", 'T', ' '), 'Z', '')", dbt.type_timestamp()) }} end
{%- endmacro %}
