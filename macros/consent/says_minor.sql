{#- Whether a customer record says at a time that its person is a minor, or may say so where nobody can read what it says. -#}
{% macro says_minor(record, at) -%}
    (
        coalesce(not {{ record }}.is_declared_adult, false)
        or coalesce(extract(year from {{ at }}) - {{ record }}.birth_year < 18, false)
    )
{%- endmacro %}
