{#-
    Whether a customer record says at a time that its person is an adult: by word, or by a year of birth of which the birthday
    may still lie ahead. Who turns 18 this year was none yet when a record of an earlier year was made, whatever it says.
-#}
{% macro says_adult(record, at) -%}
    (
        coalesce(
            {{ record }}.is_declared_adult
            and (
                {{ record }}.birth_year is null
                or extract(year from {{ at }}) - {{ record }}.birth_year <> 18
                or extract(year from {{ at }}) = extract(year from {{ record }}.created_at)
            ),
            false
        )
        or coalesce(extract(year from {{ at }}) - {{ record }}.birth_year >= 19, false)
    )
{%- endmacro %}
