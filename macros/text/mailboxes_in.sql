{#- A row for each mailbox that may be meant where somebody wrote one, or several, or a name beside it; and for the whole text. -#}
{% macro mailboxes_in(text) -%}
    {{ return(adapter.dispatch('mailboxes_in', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__mailboxes_in(text) -%}
    {{ unwritten('mailboxes cannot be found in a text', 'mailboxes_in(text)', 'macros/text') }}
{%- endmacro %}

{% macro duckdb__mailboxes_in(text) -%}
    {%- set part = '[^ \\t\\n\\r\\f,;:<>"()|]+' -%}
    unnest(list_distinct(list_append(regexp_extract_all({{ text }}, '{{ part }}@{{ part }}'), {{ text }})))
{%- endmacro %}
