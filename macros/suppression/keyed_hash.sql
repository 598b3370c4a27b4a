{#-
    HMAC-SHA256 of a text in hexadecimal (RFC 2104), by a row of source suppression.key. Engines without the functions
    that DuckDB has for it dispatch their own; there is no weaker way.
-#}
{% macro keyed_hash(text, key) -%}
    {{ return(adapter.dispatch('keyed_hash', 'askfirst')(text, key)) }}
{%- endmacro %}

{% macro default__keyed_hash(text, key) -%}
    {{ unwritten('no HMAC-SHA256 is known', 'keyed_hash(text, key)', 'macros/suppression') }}
{%- endmacro %}

{% macro duckdb__keyed_hash(text, key) -%}
    sha256(unhex({{ key }}.outer_pad) || unhex(sha256(unhex({{ key }}.inner_pad) || encode({{ text }}))))
{%- endmacro %}
