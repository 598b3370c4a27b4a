{#-
    What stood against a use of someone's data at one instant, as known at another: of all that was said and of all that
    could not be read. No row: it was allowed, as far as the records go that say what a person permits.

    `asked` names a relation of `record_id`, `purpose`, `channel`, `valid_at` and `known_at`. With `known_at` = `valid_at`
    it is what we knew then; with `known_at` = as_of it is what we know now. Of several rules that make one grant void
    the first is told.
-#}
{% macro rules_at(asked) -%}
    select
        asked.record_id,
        asked.purpose,
        asked.channel,
        asked.valid_at,
        asked.known_at,
        case
            when history.event_id is not null then history.rule_id
            when others.record_id is not null then 'R12'
            else 'R08'
        end as rule_id
    from {{ asked }} as asked
    left join {{ ref('int_consent_history') }} as history
        on
            asked.record_id = history.record_id
            and asked.purpose = history.purpose
            and asked.channel = history.channel
            and {{ holds_at('history', 'asked.valid_at', 'asked.known_at') }}
    left join (
        -- whose consent stood for some purpose on the channel
        select distinct
            asked.record_id,
            asked.channel,
            asked.valid_at,
            asked.known_at
        from {{ asked }} as asked
        inner join {{ ref('int_consent_history') }} as history
            on
                asked.record_id = history.record_id
                and asked.channel = history.channel
                and history.is_given
                and {{ holds_at('history', 'asked.valid_at', 'asked.known_at') }}
    ) as others
        on
            asked.record_id = others.record_id
            and asked.channel = others.channel
            and asked.valid_at = others.valid_at
            and asked.known_at = others.known_at
    where not coalesce(history.is_given, false)
    union all
    select
        asked.record_id,
        asked.purpose,
        asked.channel,
        asked.valid_at,
        asked.known_at,
        history.rule_id
    from {{ asked }} as asked
    inner join {{ ref('int_suppression_history') }} as history
        on
            asked.record_id = history.record_id
            and asked.purpose = history.purpose
            and asked.channel = history.channel
            and {{ holds_at('history', 'asked.valid_at', 'asked.known_at') }}
    union all
    select
        asked.record_id,
        asked.purpose,
        asked.channel,
        asked.valid_at,
        asked.known_at,
        'R40' as rule_id
    from {{ asked }} as asked
    inner join {{ ref('int_unreadable_records') }} as unreadable
        on
            asked.record_id = unreadable.record_id
            and asked.known_at >= unreadable.known_from
{%- endmacro %}
