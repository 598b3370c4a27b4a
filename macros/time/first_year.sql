{#- The first year that a record can be of, as four digits. -#}
{% macro first_year() -%}
    {{ '%04d' | format(whole_number('first_year', 1, 9999)) }}
{%- endmacro %}
