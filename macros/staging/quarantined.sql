{#-
    The rejected rows of judged (`base_`) models, whole, each with its reason; of the erased, none is kept.
    `judged_models` is a list of [judged relation, SQL of its raw row, SQL of the record ids in it]: none, one, or two that
    are linked.
-#}
{% macro quarantined(judged_models) -%}
with

rejected as (
    {% for judged, raw_row, record_ids in judged_models %}
    select
        '{{ judged.identifier | replace("base_", "") }}' as raw_table,
        {%- for name in ('person_id', 'other_id') %}
        cast({{ record_ids[loop.index0] or 'null' }} as {{ dbt.type_string() }}) as {{ name }},
        {%- endfor %}
        rejected_because as reason,
        {{ raw_row }} as raw_row
    from {{ judged }} as judged
    where rejected_because is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    raw_table,
    person_id,
    reason,
    raw_row
from rejected
where
    {{ is_not_erased('person_id') }}
    and {{ is_not_erased('other_id') }}
{%- endmacro %}
