{#- A text without marks and without what nobody sees, which may stand within a word. DuckDB's; what calls it is dispatched. -#}
{% macro without_unseen(text) -%}
    regexp_replace({{ text }}, '[\p{Cf}\p{M}\x{115F}\x{1160}\x{3164}\x{FFA0}]', '', 'g')
{%- endmacro %}
