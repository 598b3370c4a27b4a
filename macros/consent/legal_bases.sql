{#- On what an act can rest. Only consent makes a candidate (R42); what else may be lawful is not asked here. -#}
{% macro legal_bases() -%}
    'consent', 'soft_opt_in', 'legitimate_interest'
{%- endmacro %}
