{#- Whole days from one date to another. -#}
{% macro days_between(first, last) -%}
    {{ dbt.datediff(first, last, 'day') }}
{%- endmacro %}

{#- Whole days from a date to as_of. -#}
{% macro days_since(column) -%}
    {{ days_between(column, as_of_day()) }}
{%- endmacro %}

{#- The day so many days before as_of. -#}
{% macro days_ago(days) -%}
    cast({{ dbt.dateadd('day', -days, as_of_day()) }} as date)
{%- endmacro %}

{#- The day of as_of, as a date literal. -#}
{% macro as_of_day() -%}
    cast('{{ as_of_text()[:10] }}' as date)
{%- endmacro %}
