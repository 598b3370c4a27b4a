{#-
    An address as it would be written to, whatever its capitals: the mailbox, or the envelope with the last name, which is
    all that is always on it; a letter-box is one, though its row hold an e-mail address too. Two persons of whom this is
    equal cannot be told apart by who opens what we send.
-#}
{% macro written_address(addresses, persons) -%}
    {%- set envelope = row_text([
        persons ~ '.last_name', addresses ~ '.street', addresses ~ '.postcode', addresses ~ '.city'
    ]) -%}
    lower(
        case
            when {{ addresses }}.kind = 'postal' and {{ addresses }}.street is not null then {{ envelope }}
            else coalesce({{ addresses }}.email, {{ envelope }})
        end
    )
{%- endmacro %}
