{#-
    Rows of text literals as a select, cast to text, with a column list that holds even where there are no rows.
    `rows` is a list of lists in the order of `columns`.
-#}
{% macro literal_rows(columns, rows) -%}
    {%- for row in rows %}
    select
        {%- for column in columns %}
        cast({{ quoted(row[loop.index0]) if row[loop.index0] is not none else 'null' }} as {{ dbt.type_string() }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        {%- for column in columns %}
        cast(null as {{ dbt.type_string() }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endfor %}
{%- endmacro %}
