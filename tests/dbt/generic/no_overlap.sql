{#- No two rows of one key hold for the same instant of valid time as known at the same instant, and none is empty. -#}
{% test no_overlap(model, keys) %}

select
    {% for column in keys %}one.{{ column }}, {% endfor %}
    one.valid_from,
    one.known_from
from {{ model }} as one
inner join {{ model }} as other
    on
        {% for column in keys %}one.{{ column }} = other.{{ column }} and {% endfor %}
        (
            one.valid_from < other.valid_from
            or (one.valid_from = other.valid_from and one.known_from < other.known_from)
        )
where
    other.valid_from < one.valid_to
    and one.known_from < other.known_to
    and other.known_from < one.known_to
union all
select
    {{ keys | join(', ') }},
    valid_from,
    known_from
from {{ model }}
group by {{ keys | join(', ') }}, valid_from, known_from
having
    count(*) > 1
    or min(valid_to) <= valid_from
    or min(known_to) <= known_from

{% endtest %}
