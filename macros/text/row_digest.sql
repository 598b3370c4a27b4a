{#-
    A number for some columns of a row, NULLs too: equal where all of them are. Their sum over rows is a digest of these
    rows in whatever order, replays included. 64 bits: of 2^64 changes one is not seen. It need not be the same in another
    version of the engine, since what was built with another one is made anew (`code_version`).
-#}
{% macro row_digest(columns) -%}
    {{ return(adapter.dispatch('row_digest', 'askfirst')(columns)) }}
{%- endmacro %}

{% macro default__row_digest(columns) -%}
    {{ unwritten('no digest of a row is known', 'row_digest(columns)', 'macros/text') }}
{%- endmacro %}

{% macro duckdb__row_digest(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
