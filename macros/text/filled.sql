{#- Trimmed text, or NULL where nothing was written. -#}
{% macro filled(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}
