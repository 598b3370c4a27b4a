{#- Whether a word stands in a text list separated by `|`; no pattern, so that no character of a word is a wildcard. -#}
{% macro is_listed(word, list) -%}
    {{ dbt.position("'|' || " ~ word ~ " || '|'", "'|' || " ~ list ~ " || '|'") }} > 0
{%- endmacro %}
