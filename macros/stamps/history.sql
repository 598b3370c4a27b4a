{#-
    What an incremental model or a snapshot still holds of earlier runs. Its stamp carries on, since the last full refresh,
    each different SQL that brought rows in, and for each which code of the models under it had made what it read.
    A new relation has no comment, which is how a full refresh, or a first build, starts anew.
-#}
{% macro keeps_rows() -%}
    {{ return(config.get('materialized') in ('incremental', 'snapshot')) }}
{%- endmacro %}

{#-
    Before the run: a relation that stands there without a stamp of its own was made by somebody else, and holds nobody
    knows what. It is marked so, in a comment that only a full refresh takes away.
-#}
{% macro mark_unknown_rows() -%}
    {%- if execute and keeps_rows() -%}
        {%- set standing = standing_stamps(this) -%}
        {%- if standing is none or (place_of(this) in standing and standing[place_of(this)].get('node') != model.unique_id) -%}
            {%- if adapter.get_relation(this.database, this.schema, this.identifier) is not none -%}
                {{ comment_on_this({'node': model.unique_id, 'unknown_rows': true}) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- After the run: what of the stamp before goes on, and what this run has read. -#}
{% macro carried_on(stamp) -%}
    {%- set standing = standing_stamps() -%}
    {%- set before = (standing or {}).get(place_of(this)) or {} -%}
    {%- set unknown = before.get('unknown_rows', false) or (standing is none and not should_full_refresh()) -%}
    {%- set under = codes_under(standing or {}) -%}
    {%- set history = [] -%}
    {%- for run in (before.get('history') or []) + ([before] if 'sql' in before else []) -%}
        {#- a stamp of before this was an incremental model lacks what it read; then it counts as not known -#}
        {%- set kept = {} -%}
        {%- for key in ('code', 'checksum', 'hooks', 'under', 'sql') -%}
            {%- do kept.update({key: run.get(key)}) -%}
        {%- endfor -%}
        {%- set is_new = kept.code != stamp.code or kept.under != under or kept.checksum != stamp.checksum or kept.hooks != stamp.hooks -%}
        {%- if is_new and kept not in history -%}
            {%- do history.append(kept) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set carried = {'under': under, 'history': history, 'unknown_rows': unknown} -%}
    {%- if refreshes_itself() -%}
        {%- do carried.update({'conditions': conditions()}) -%}
    {%- endif -%}
    {{ return(carried) }}
{%- endmacro %}

{#- All nodes under this one that have a relation: models, snapshots and seeds. -#}
{% macro nodes_under() -%}
    {%- set waiting = model.depends_on.nodes | list -%}
    {%- set found = [] -%}
    {%- set seen = [] -%}
    {%- for unique_id in waiting -%} {#- the list grows while it is read -#}
        {%- set node = graph.nodes.get(unique_id) -%}
        {%- if node and unique_id not in seen -%}
            {%- do seen.append(unique_id) -%}
            {%- do waiting.extend(node.depends_on.nodes) -%}
            {%- if node.resource_type in ('model', 'snapshot', 'seed') and node.config.materialized != 'ephemeral' -%}
                {%- do found.append(node) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The codes of each model under this one, by unique id; seeds are data, and have their labels. -#}
{% macro codes_under(standing) -%}
    {%- set found = {} -%}
    {%- for node in nodes_under() if node.resource_type != 'seed' -%}
        {%- do found.update({node.unique_id: codes_of(standing.get(place_of_node(node)) or {})}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The codes that made what a relation holds; an empty one where that is not known. -#}
{% macro codes_of(stamp) -%}
    {%- set codes = [stamp.get('code', '')] + (stamp.get('history') or []) | map(attribute='code') | list -%}
    {{ return(['']) if stamp.get('unknown_rows') else return(codes | unique | sort | list) }}
{%- endmacro %}

{#- Where a relation stands, as one text. -#}
{% macro place_of(relation) -%}
    {{ return([relation.database, relation.schema, relation.identifier] | join('.')) }}
{%- endmacro %}

{#- The same of a node of dbt's graph. -#}
{% macro place_of_node(node) -%}
    {{ return([node.database, node.schema, node.alias] | join('.')) }}
{%- endmacro %}

{#-
    The stamps of the relations that stand in the warehouse, by their place: of all, or of one, or none where the engine
    was not taught to tell.
-#}
{% macro standing_stamps(relation=none) -%}
    {{ return(adapter.dispatch('standing_stamps', 'askfirst')(relation)) }}
{%- endmacro %}

{% macro default__standing_stamps(relation) -%}
    {{ return(none) }}
{%- endmacro %}

{% macro duckdb__standing_stamps(relation) -%}
    {%- set query -%}
        select * from (
            select database_name, schema_name, table_name, comment from duckdb_tables() where not internal
            union all
            select database_name, schema_name, view_name, comment from duckdb_views() where not internal
        ) as standing
        {%- if relation is not none %}
            where database_name = {{ quoted(relation.database) }} and schema_name = {{ quoted(relation.schema) }}
            and table_name = {{ quoted(relation.identifier) }}
        {%- endif %}
    {%- endset -%}
    {%- set stamps = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- set stamp = fromjson(row[3] or '', none) -%}
        {%- do stamps.update({[row[0], row[1], row[2]] | join('.'): stamp if stamp is mapping else {}}) -%}
    {%- endfor -%}
    {{ return(stamps) }}
{%- endmacro %}
