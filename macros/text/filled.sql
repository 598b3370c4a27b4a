{#- Text without white space around it (tabs and line breaks too), or NULL where nothing was written. -#}
{% macro filled(column) -%}
    nullif(trim({{ column }}, ' ' || chr(9) || chr(10) || chr(13)), '')
{%- endmacro %}
