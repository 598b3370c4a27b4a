{#-
    Where a message of an address would arrive, in plain words: a mailbox, or the letter-box of a street, postcode and town,
    though the row hold an e-mail address too. Whose name stands on it is told apart: a letter-box has many.
-#}
{% macro written_place(addresses) -%}
    case
        when {{ is_letter_box(addresses) }}
            then {{ letter_box(addresses) }}
        else {{ seen_text(addresses ~ '.email') }}
    end
{%- endmacro %}

{#- Whether an address that can be read is none of a mailbox. -#}
{% macro is_letter_box(addresses) -%}
    {{ addresses }}.email is null or ({{ addresses }}.kind = 'postal' and {{ addresses }}.street is not null)
{%- endmacro %}

{#- A letter-box in plain words. -#}
{% macro letter_box(addresses) -%}
    coalesce({{ plain_text(addresses ~ '.street') }}, '')
    || '|' || coalesce({{ plain_text(addresses ~ '.postcode') }}, '')
    || '|' || coalesce({{ plain_text(addresses ~ '.city') }}, '')
{%- endmacro %}

{#- The same of two places that differ in blanks alone: whoever said no at `3 a` said it at `3a`. -#}
{% macro same_place(place) -%}
    replace({{ place }}, ' ', '')
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
