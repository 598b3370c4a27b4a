{#-
    Which act decides when, on two clocks: half-open rectangles of valid time and known time.

    `acts` names a relation with the columns of `keys`, and `strength` (unique in a key), `valid_from` and `known_from`. From
    these two instants on an act decides, except where a stronger one does: what is left of it is a staircase, one
    rectangle a step. Its last step may be empty (`valid_to` not after `valid_from`): whoever reads it leaves that out.
-#}
{% macro rectangles(acts, keys) -%}
    {%- set key = keys | join(', ') -%}
    select
        {{ key }},
        strength,
        valid_from,
        valid_to,
        known_from,
        coalesce(
            lead(known_from) over (partition by {{ key }}, strength order by known_from), {{ end_of_time() }}
        ) as known_to
    from (
        -- a step: where a stronger act that lies earlier than all known before becomes known
        select
            steps.*,
            lag(valid_to) over (partition by {{ key }}, strength order by known_from) as valid_to_before
        from (
            select
                {{ key }},
                strength,
                valid_from,
                known_from,
                min(min(valid_to)) over (partition by {{ key }}, strength order by known_from) as valid_to
            from (
                select
                    {{ key }},
                    strength,
                    valid_from,
                    known_from,
                    {{ end_of_time() }} as valid_to
                from {{ acts }}
                union all
                select
                    {% for column in keys %}weaker.{{ column }}, {% endfor %}
                    weaker.strength,
                    weaker.valid_from,
                    greatest(weaker.known_from, stronger.known_from) as known_from,
                    stronger.valid_from as valid_to
                from {{ acts }} as weaker
                inner join {{ acts }} as stronger
                    on
                        {% for column in keys %}weaker.{{ column }} = stronger.{{ column }} and {% endfor %}
                        weaker.strength < stronger.strength
            ) as ends
            group by {{ key }}, strength, valid_from, known_from
        ) as steps
    ) as turns
    where
        valid_to_before is null
        or valid_to < valid_to_before
{%- endmacro %}
