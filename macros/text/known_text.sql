{#- A plain text, or NULL where it is only a word that exports and people write for nothing. -#}
{% macro known_text(text) -%}
    {%- set nothing = ['null', 'none', 'nil', 'nan', 'n', 'n a', 'na', 'nn', '0', 'undefined', 'unknown', 'missing', 'empty'] -%}
    case when {{ plain_text(text) }} not in ({% for word in nothing %}'{{ word }}'{{ ', ' if not loop.last }}{% endfor %}) then {{ plain_text(text) }} end
{%- endmacro %}
