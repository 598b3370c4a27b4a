{#-
    The whole number that a text most likely means, for the safe side of a row that cannot be read: 12.0 is 12, and else its
    digits by themselves, whatever stands between or around them. NULL where there is none.
-#}
{% macro likely_number(text) -%}
    coalesce(
        {{ try_cast(text, 'bigint') }},
        {{ try_cast("translate(" ~ text ~ ", translate(" ~ text ~ ", '0123456789', ''), '')", 'bigint') }}
    )
{%- endmacro %}
