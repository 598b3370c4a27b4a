{#- Whether a text is one e-mail address and nothing more: no list, no white space, no header smuggled in. -#}
{% macro is_one_mailbox(text) -%}
    {{ text }} like '%_@_%'
    and {{ text }} not like '%@%@%'
    and {{ text }} = translate({{ text }}, ',;<>"', '')
    and {{ all_is_seen(text) }}
{%- endmacro %}
