{#- Whether a record is none that was to be erased (R45); a row without a record is nobody's. -#}
{% macro is_not_erased(record_id) -%}
    coalesce({{ record_id }} not in (select erased.record_id from {{ ref('base_consent__erased_records') }} as erased), true)
{%- endmacro %}
