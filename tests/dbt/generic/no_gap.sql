{#-
    The rows of a key hold for all of valid time and all of known time together: their areas add up to the whole.
    With `no_overlap` this proves that each instant is answered exactly once. Areas count in whole seconds.
-#}
{% test no_gap(model, keys) %}

{%- set area -%}
    cast({{ dbt.datediff('valid_from', 'valid_to', 'second') }} as decimal(38, 0))
    * cast({{ dbt.datediff('known_from', 'known_to', 'second') }} as decimal(38, 0))
{%- endset %}

select
    {{ keys | join(', ') }},
    sum({{ area }}) as covered
from {{ model }}
group by {{ keys | join(', ') }}
having
    sum({{ area }})
    <> (
        select {{ area }}
        from (
            select
                {{ beginning_of_time() }} as valid_from,
                {{ end_of_time() }} as valid_to,
                {{ beginning_of_time() }} as known_from,
                {{ end_of_time() }} as known_to
        ) as always
    )

{% endtest %}
