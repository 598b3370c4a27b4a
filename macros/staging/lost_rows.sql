{#-
    The raw tables whose rows do not add up: raw = staged + quarantined + erased.
    `tables` is a list of [source, table, staged relation, quarantine relation, SQL of the raw row's record ids]; of an empty
    list, no row is somebody's.
-#}
{% macro lost_rows(tables) -%}
with

erased as (

    select record_id from {{ ref('base_consent__erased_records') }}

),

counts as (
    {% for source_name, table_name, staged, quarantined, record_ids in tables %}
    select
        '{{ source_name }}__{{ table_name }}' as raw_table,
        (select count(*) from {{ source(source_name, table_name) }}) as raw_rows,
        (select count(*) from {{ staged }}) as staged_rows,
        (select count(*) from {{ quarantined }} where raw_table = '{{ source_name }}__{{ table_name }}') as quarantined_rows,
        {% if record_ids -%}
        (
            select count(*) from {{ source(source_name, table_name) }}
            where {% for record_id in record_ids %}{{ record_id }} in (select erased.record_id from erased)
                {%- if not loop.last %} or {% endif %}{% endfor %}
        )
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
