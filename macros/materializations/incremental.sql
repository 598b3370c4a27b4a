{#-
    What keeps its rows takes in those of this run in one transaction, by dbt's own strategies. Made anew, it is replaced
    where it stands, as a table is. dbt-duckdb's own materialization asks three times as much of the catalogue (decision
    0024).
-#}
{% materialization incremental, adapter='duckdb' %}
    {%- set standing = load_cached_relation(this) -%}
    {%- set is_anew = standing is none or standing.type != 'table' or should_full_refresh() -%}
    {%- set target_relation = make_room_for('table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks) }}
    {%- if is_anew -%}
        {% call statement('main') -%}
            drop table if exists {{ target_relation }};
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- endcall %}
    {%- else -%}
        {%- set changes = make_temp_relation(target_relation) -%}
        {% call statement('changes') -%}
            {{ create_table_as(True, changes, compiled_code) }}
        {%- endcall %}
        {%- set columns = process_schema_changes(config.get('on_schema_change', 'ignore'), changes, standing)
            or adapter.get_columns_in_relation(standing) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
        {% call statement('main') -%}
            {{ strategy({
                'target_relation': target_relation,
                'temp_relation': changes,
                'unique_key': config.get('unique_key'),
                'dest_columns': columns,
                'incremental_predicates': config.get('incremental_predicates')
            }) }};
            drop table {{ changes.include(database=false, schema=false) }}
        {%- endcall %}
    {%- endif -%}
    {{ finish(target_relation) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
