{#-
    A table is replaced where it stands, in the transaction that fills it: dbt-duckdb's own materialization builds beside it,
    renames twice and drops (decision 0024). A Python model writes through a connection of its own, so that it
    does build beside.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set language = model.language -%}
    {%- set target_relation = make_room_for('table') -%}
    {%- set built = make_intermediate_relation(target_relation) if language == 'python' else target_relation -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- if language == 'python' -%}
        {% call statement('left_of_a_killed_run', auto_begin=False) %}drop table if exists {{ built }}{% endcall %}
    {%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main', language=language) -%}
        {%- if language == 'sql' %}drop table if exists {{ target_relation }};{% endif %}
        {{- create_table_as(False, built, compiled_code, language) }}
    {%- endcall %}
    {%- if language == 'python' -%}
        {% call statement('swap') -%}
            drop table if exists {{ target_relation }};
            alter table {{ built }} rename to {{ adapter.quote(target_relation.identifier) }}
        {%- endcall %}
    {%- endif -%}
    {{ finish(target_relation) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
