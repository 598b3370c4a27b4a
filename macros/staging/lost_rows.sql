{#-
    The raw tables whose rows do not add up: raw = staged + quarantined + erased.
    `tables` is a list of [source, table, staged relation, quarantine relation, SQL for whether a row of the judged (`base_`)
    relation is of nobody erased]; the last where rows are somebody's.
-#}
{% macro lost_rows(tables) -%}
with

counts as (
    {% for source_name, table_name, staged, quarantined, is_kept in tables %}
    select
        '{{ source_name }}__{{ table_name }}' as raw_table,
        (select count(*) from {{ source(source_name, table_name) }}) as raw_rows,
        (select count(*) from {{ staged }}) as staged_rows,
        (select count(*) from {{ quarantined }} where raw_table = '{{ source_name }}__{{ table_name }}') as quarantined_rows,
        {% if is_kept -%}
        (select count(*) from {{ ref('base_' ~ source_name ~ '__' ~ table_name) }} where not ({{ is_kept }}))
        {%- else -%}
        0
        {%- endif %} as erased_rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    raw_table,
    raw_rows,
    staged_rows,
    quarantined_rows,
    erased_rows
from counts
where raw_rows <> staged_rows + quarantined_rows + erased_rows
{%- endmacro %}
