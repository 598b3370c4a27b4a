{#-
    A key as text, or NULL where nobody can tell which one was meant: empty, longer than 200 characters, damaged (U+FFFD), or
    with characters that nobody sees, by which it would be another key than the one it looks like.
-#}
{% macro readable_id(column) -%}
    {{ return(adapter.dispatch('readable_id', 'askfirst')(column)) }}
{%- endmacro %}

{% macro default__readable_id(column) -%}
    case
        when length({{ filled(column) }}) <= 200
            and {{ all_is_seen("replace(" ~ filled(column) ~ ", ' ', '')") }}
            and {{ filled(column) }} not like '%�%'
            then {{ filled(column) }}
    end
{%- endmacro %}
