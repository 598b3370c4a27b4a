{#-
    The rows of `inputs` (`key` and `digest`) that differ from those of this model before: all of them where it is made anew.
    A key that is gone comes without a digest, so that its row is replaced too, and then deleted.
-#}
{% macro changed_inputs(key) -%}
    {%- if is_incremental() -%}
        select
            coalesce(inputs.{{ key }}, before.{{ key }}) as {{ key }},
            inputs.digest,
            true as is_pending
        from inputs
        full outer join {{ this }} as before
            on inputs.{{ key }} = before.{{ key }}
        where coalesce(inputs.digest, '') <> coalesce(before.digest, '')
    {%- else -%}
        select
            {{ key }},
            digest,
            true as is_pending
        from inputs
    {%- endif -%}
{%- endmacro %}
