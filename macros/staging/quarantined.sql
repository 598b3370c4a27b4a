{#- The rejected rows of one judged (`base_`) model, whole, each with its reason; of the erased, none is kept. -#}
{% macro quarantined(judged, raw_row, person_id="null", other_id=none) -%}
    select
        '{{ judged.identifier | replace("base_", "") }}' as raw_table,
        cast({{ person_id }} as {{ dbt.type_string() }}) as person_id,
        judged.rejected_because as reason,
        {{ raw_row }} as raw_row
    from {{ judged }} as judged
    where
        judged.rejected_because is not null
        {%- if person_id != 'null' %}
        and {{ is_not_erased(person_id) }}
        {%- endif %}
        {%- if other_id %}
        and {{ is_not_erased(other_id) }}
        {%- endif %}
{%- endmacro %}
