{#- Whether a text is digits and nothing else. A cast alone would round 12.5, and read 1e3. -#}
{% macro is_whole_number(text) -%}
    translate({{ text }}, '0123456789', '') = ''
{%- endmacro %}
