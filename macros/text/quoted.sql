{#- A text as an SQL literal, quotes doubled. -#}
{% macro quoted(text) -%}
    '{{ text | string | replace("'", "''") }}'
{%- endmacro %}
