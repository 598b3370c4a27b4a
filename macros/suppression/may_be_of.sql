{#- Whether an address may be one of a channel: it is of its kind, or of a kind that nobody knows. -#}
{% macro may_be_of(addresses, channels) -%}
    (
        {{ addresses }}.kind = {{ channels }}.address_kind
        or coalesce({{ addresses }}.kind not in ('email', 'postal'), true)
    )
{%- endmacro %}
