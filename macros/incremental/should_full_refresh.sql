{#-
    In place of dbt's own: a model with `meta: {refreshes_itself: true}` is made anew without being told to, unless its
    rows are proved to be what a full refresh would make. So it never keeps a row of older code, and needs no flag (AF013).
-#}
{% macro should_full_refresh() -%}
    {%- set told = config.get('full_refresh') -%}
    {%- set told = flags.FULL_REFRESH if told is none else told -%}
    {{ return(told or (execute and refreshes_itself() and not is_of_this_code())) }}
{%- endmacro %}

{% macro refreshes_itself() -%}
    {{ return(model.config.get('meta', {}).get('refreshes_itself', false)) }}
{%- endmacro %}

{#-
    Whether all rows that stand were brought in by the code that stands now, in a run that built everything under the
    model, as this run does: so that all under it is of this code too, and no change has passed it by.
-#}
{% macro is_of_this_code() -%}
    {%- if 'is_of_this_code' not in model -%} {#- kept there, since it is asked for several times of one model -#}
        {%- set before = (standing_stamps(this) or {}).get(place_of(this)) or {} -%}
        {%- set now = conditions() -%}
        {%- do model.update({'is_of_this_code':
            now.is_whole and before.get('conditions') == now
            and before.get('node') == model.unique_id and before.get('unknown_rows') is false
        }) -%}
    {%- endif -%}
    {{ return(model['is_of_this_code']) }}
{%- endmacro %}

{#- What rows are made by, for the stamp: the project's code, the vars given, and whether all under them was built. -#}
{% macro conditions() -%}
    {%- if 'conditions' not in model -%}
        {%- set is_whole = not (nodes_under() | map(attribute='unique_id') | reject('in', selected_resources) | list) -%}
        {%- do model.update({'conditions': {'code_version': code_version(), 'vars': lasting_vars(), 'is_whole': is_whole}}) -%}
    {%- endif -%}
    {{ return(model['conditions']) }}
{%- endmacro %}

{#- The vars given on the command line, but for the clock: another day is not other code. -#}
{% macro lasting_vars() -%}
    {%- set vars = {} -%}
    {%- for name, value in (invocation_args_dict.get('vars') or {}).items() if name != 'as_of' -%}
        {%- do vars.update({name: value}) -%}
    {%- endfor -%}
    {{ return(vars) }}
{%- endmacro %}

{#-
    A digest of all that models and seeds are made with: the project's files, dbt, the engine. Where it cannot be told,
    as when a file was edited after dbt had begun to read, no two runs have the same, and everything is made anew.
-#}
{% macro code_version() -%}
    {{ return(adapter.dispatch('code_version', 'askfirst')()) }}
{%- endmacro %}

{% macro default__code_version() -%}
    {{ return(invocation_id) }}
{%- endmacro %}

{% macro duckdb__code_version() -%}
    {%- set query -%}
        select case when max(last_modified) < timestamptz {{ quoted(run_started_at) }} then md5(string_agg(filename || content, '' order by filename) || version() || {{ quoted(dbt_version) }}) end
        from read_text([
            'macros/**/*.sql', 'models/**/*.sql', 'models/**/*.py', 'models/**/*.yml', 'seeds/reference/*.csv', 'dbt_project.yml'
        ])
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] or invocation_id) }}
{%- endmacro %}
