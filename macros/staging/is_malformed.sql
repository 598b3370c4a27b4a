{#- A row of a judged model that was rejected for what it says; a second copy of a good row says nothing wrong. -#}
{% macro is_malformed(rows='') -%}
    {{ rows ~ '.' if rows else '' }}rejected_because <> 'duplicate'
{%- endmacro %}
