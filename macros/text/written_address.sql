{#-
    An address as it would be written to, whatever its capitals: the mailbox, or the envelope with the last name, which is
    all that is always on it. Two persons of whom this is equal cannot be told apart by who opens what we send.
-#}
{% macro written_address(addresses, persons) -%}
    lower(coalesce({{ addresses }}.email, {{ row_text([
        persons ~ '.last_name', addresses ~ '.street', addresses ~ '.postcode', addresses ~ '.city'
    ]) }}))
{%- endmacro %}
