{#- One text for a whole row; equal exactly where all columns are (length-prefixed, NULL apart from empty). -#}
{% macro row_text(columns) -%}
    {%- for column in columns -%}
        {%- if not loop.first %} || {% endif -%}
        coalesce(cast(length({{ column }}) as {{ dbt.type_string() }}) || ':' || {{ column }}, '-')
    {%- endfor -%}
{%- endmacro %}
