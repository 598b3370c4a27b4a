{#- Whether a row of a history with two clocks holds for what was true at one instant, as known at another. -#}
{% macro holds_at(history, valid_at, known_at) -%}
    {{ history }}.valid_from <= {{ valid_at }}
    and {{ valid_at }} < {{ history }}.valid_to
    and {{ history }}.known_from <= {{ known_at }}
    and {{ known_at }} < {{ history }}.known_to
{%- endmacro %}
