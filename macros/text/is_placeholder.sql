{#- Whether a filled text is what exports write for nothing: it names no proof. -#}
{% macro is_placeholder(text) -%}
    lower({{ text }}) in ('null', 'none', 'nil', 'nan', 'n/a', 'na', 'undefined', 'unknown', '-', '--', '?')
{%- endmacro %}
