{#- A row as JSON text, for the quarantine: nothing of a rejected row is lost. -#}
{% macro row_json(relation_alias) -%}
    {{ return(adapter.dispatch('row_json', 'askfirst')(relation_alias)) }}
{%- endmacro %}

{% macro default__row_json(relation_alias) -%}
    cast(to_json({{ relation_alias }}) as {{ dbt.type_string() }})
{%- endmacro %}
