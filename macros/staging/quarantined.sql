{#- The rejected rows of one judged (`base_`) model, whole, each with its reason. -#}
{% macro quarantined(judged, raw_row, person_id="null") -%}
    select
        '{{ judged.identifier | replace("base_", "") }}' as raw_table,
        cast({{ person_id }} as {{ dbt.type_string() }}) as person_id,
        judged.rejected_because as reason,
        {{ raw_row }} as raw_row
    from {{ judged }} as judged
    where judged.rejected_because is not null
{%- endmacro %}
