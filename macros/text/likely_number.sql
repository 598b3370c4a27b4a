{#-
    The whole number that a text most likely means, for the safe side of a row that cannot be read: 12.0 is 12, and else its
    digits, whatever stands around them, where they stand together but for what nobody sees. NULL where there are none, or
    some here and some there: nobody can tell which number was meant.
-#}
{% macro likely_number(text) -%}
    {{ return(adapter.dispatch('likely_number', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__likely_number(text) -%}
    {{ unwritten('no likely number is known', 'likely_number(text)', 'macros/text') }}
{%- endmacro %}

{% macro duckdb__likely_number(text) -%}
    try_cast(regexp_extract({{ without_unseen(text) }}, '^[^0-9]*([0-9]+)(\.0*)?[^0-9]*$', 1) as bigint)
{%- endmacro %}
