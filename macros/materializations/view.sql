{#- A view is replaced where it stands, in one transaction, as a table is. -#}
{% materialization view, adapter='duckdb' %}
    {%- set target_relation = make_room_for('view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        drop view if exists {{ target_relation }};
        {{ create_view_as(target_relation, compiled_code) }}
    {%- endcall %}
    {{ finish(target_relation) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
