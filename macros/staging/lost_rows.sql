{#-
    The raw tables whose rows do not add up: raw = staged + quarantined.
    `tables` is a list of [source, table, staged relation, quarantine relation].
-#}
{% macro lost_rows(tables) -%}
with

counts as (
    {% for source_name, table_name, staged, quarantined in tables %}
    select
        '{{ source_name }}__{{ table_name }}' as raw_table,
        (select count(*) from {{ source(source_name, table_name) }}) as raw_rows,
        (select count(*) from {{ staged }}) as staged_rows,
        (select count(*) from {{ quarantined }} where raw_table = '{{ source_name }}__{{ table_name }}') as quarantined_rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    raw_table,
    raw_rows,
    staged_rows,
    quarantined_rows
from counts
where raw_rows <> staged_rows + quarantined_rows
{%- endmacro %}
