{#- What every page and catalogue must say first where the persons are made up. -#}
{% macro synthetic() -%}
    {{ return('SYNTHETIC persons. ' if target.name in ('demo', 'sample') else '') }}
{%- endmacro %}
