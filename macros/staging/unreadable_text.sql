{#- Branches of a CASE, for a row (as JSON text) that is damaged or too long to be what its form sends. -#}
{% macro unreadable_text(raw_row) -%}
    when {{ raw_row }} like '%�%' then 'damaged text'
        when length({{ raw_row }}) > 5000 then 'too long'
{%- endmacro %}
