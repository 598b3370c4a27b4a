{#-
    Where a message of an address would arrive, however it is spelled: a mailbox, or the letter-box of a street, postcode and
    town, though the row hold an e-mail address too. Whose name stands on it is told apart: a letter-box has many.
-#}
{% macro written_place(addresses) -%}
    case
        when {{ is_letter_box(addresses) }}
            then coalesce({{ plain_text(addresses ~ '.street') }}, '')
                || '|' || coalesce({{ plain_text(addresses ~ '.postcode') }}, '')
                || '|' || coalesce({{ plain_text(addresses ~ '.city') }}, '')
        else {{ seen_text(addresses ~ '.email') }}
    end
{%- endmacro %}

{#- Whether what is written on it is no mailbox. -#}
{% macro is_letter_box(addresses) -%}
    ({{ addresses }}.email is null or coalesce({{ addresses }}.kind = 'postal' and {{ addresses }}.street is not null, false))
{%- endmacro %}

{#-
    A place with a name on it, as the list of the erased keeps it and is asked; `unnamed` stands where no name is known.
    On a mailbox there is none.
-#}
{% macro signed_place(addresses, names, unnamed) -%}
    {{ addresses }}.place || case
        when {{ addresses }}.is_letter_box then '|' || coalesce({{ names }}.last_name, '{{ unnamed }}')
        else ''
    end
{%- endmacro %}
