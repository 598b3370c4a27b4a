{#- The characters of a text that a reader sees, in small letters: two mailboxes of which these are equal are one. -#}
{% macro seen_text(text) -%}
    {{ return(adapter.dispatch('seen_text', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__seen_text(text) -%}
    {{ unwritten('two spellings of one mailbox cannot be told', 'seen_text(text)', 'macros/text') }}
{%- endmacro %}

{% macro duckdb__seen_text(text) -%}
    lower(regexp_replace(
        nfc_normalize({{ text }}), '[^\p{L}\p{N}\p{P}\p{S}]|[\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}]', '', 'g'
    ))
{%- endmacro %}
