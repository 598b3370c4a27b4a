{#- What of a household is hashed: not its number alone, which may be that of a record. -#}
{% macro household_text(household_id) -%}
    'household ' || cast({{ household_id }} as {{ dbt.type_string() }})
{%- endmacro %}
