{#- Whether a text is one e-mail address and nothing more: no list, no white space, no header smuggled in. -#}
{% macro is_one_mailbox(text) -%}
    {{ text }} like '%_@_%'
    and {{ text }} not like '%@%@%'
    and {{ text }} = translate({{ text }}, ',;<>"', '')
    and {{ all_is_seen(text) }}
{%- endmacro %}

{#- Whether a text has no white space and nothing else that a reader does not see: it may hide a second line, or a twin. -#}
{% macro all_is_seen(text) -%}
    {{ return(adapter.dispatch('all_is_seen', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__all_is_seen(text) -%}
    {%- set unseen = ([32, 127, 160] + range(9, 14) | list) | map('string') | join(') || chr(') -%}
    {{ text }} = translate({{ text }}, chr({{ unseen }}), '')
{%- endmacro %}

{% macro duckdb__all_is_seen(text) -%}
    not regexp_matches({{ text }}, '[\p{Z}\p{C}]')
{%- endmacro %}
