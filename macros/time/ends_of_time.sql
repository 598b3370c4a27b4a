{#- Before anything, and after everything: what a history has instead of open ends, so that comparisons need no NULL. -#}
{% macro beginning_of_time() -%}
    cast('0001-01-01 00:00:00' as {{ dbt.type_timestamp() }})
{%- endmacro %}

{% macro end_of_time() -%}
    cast('9999-12-31 00:00:00' as {{ dbt.type_timestamp() }})
{%- endmacro %}
