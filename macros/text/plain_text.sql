{#-
    What a text says however it is typed: its letters and digits, in small letters without accents, one blank between words;
    an umlaut may be written with an e. NULL where there are none. What nobody sees is dropped, since it may stand within a
    word.
-#}
{% macro plain_text(text) -%}
    {{ return(adapter.dispatch('plain_text', 'askfirst')(text)) }}
{%- endmacro %}

{% macro default__plain_text(text) -%}
    {{ unwritten('two spellings of one text cannot be told', 'plain_text(text)', 'macros/text') }}
{%- endmacro %}

{% macro duckdb__plain_text(text) -%}
    {%- set seen = without_unseen(text) -%}
    {%- set words = "lower(strip_accents(trim(regexp_replace(" ~ seen ~ ", '[^\\p{L}\\p{N}]+', ' ', 'g'))))" -%}
    {%- set latin = "replace(replace(replace(translate(" ~ words ~ ", 'øłđðı', 'olddi'), 'ß', 'ss'), 'æ', 'a'), 'œ', 'o')" -%}
    nullif(regexp_replace({{ latin }}, '([aou])e', '\1', 'g'), '')
{%- endmacro %}
