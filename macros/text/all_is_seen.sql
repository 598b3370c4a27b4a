{#-
    Whether a text has no white space and nothing else that a reader does not see: it may hide a second line, or a twin. Seen
    are letters, digits, punctuation and symbols, but for those letters and symbols that are blank; a mark joins the letter
    before it, and the same letter may be written without one.
-#}
{% macro all_is_seen(text) -%}
    {{ return(adapter.dispatch('all_is_seen', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__all_is_seen(text) -%}
    {%- set unseen = ([32, 127, 160] + range(9, 14) | list) | map('string') | join(') || chr(') -%}
    {{ text }} = translate({{ text }}, chr({{ unseen }}), '')
{%- endmacro %}

{% macro duckdb__all_is_seen(text) -%}
    not regexp_matches({{ text }}, '[^\p{L}\p{N}\p{P}\p{S}]|[\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}]')
{%- endmacro %}
