{#-
    Two columns that tell duplicates apart: `copy_number` counts rows of one key, and `is_contradicted` says that
    rows of one key differ in what they say, so that none of them can be believed. The key is compared as it is read.
-#}
{% macro copies(key, columns) -%}
    {%- set keys = [] -%}
    {%- for column in ([key] if key is string else key) -%}{%- do keys.append(filled(column)) -%}{%- endfor -%}
    {%- set key = keys | join(', ') -%}
    row_number() over (partition by {{ key }} order by {{ row_text(columns) }}) as copy_number,
        min({{ row_text(columns) }}) over (partition by {{ key }})
        <> max({{ row_text(columns) }}) over (partition by {{ key }}) as is_contradicted
{%- endmacro %}
