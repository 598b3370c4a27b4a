{#- What a gate model must know of this run, as session variables: a Python model sees no Jinja at run time. -#}
{% macro run_context() -%}
    {%- if execute -%}
        {%- set folder = modules.re.sub('[^/]+$', '', target.path) -%}
        set variable askfirst_invocation_id = {{ quoted(invocation_id) }};
        set variable askfirst_as_of = {{ quoted(as_of_text()) }};
        set variable askfirst_published_path = {{ quoted(folder ~ published_name()) }};
        set variable askfirst_minimum_audience = {{ var('minimum_audience') | int }};
        set variable askfirst_valid_hours = {{ var('valid_hours') | int }};
        set variable askfirst_project_root = '.';
        set variable askfirst_artifacts = {{ quoted(target_path()) }};
    {%- endif -%}
{%- endmacro %}

{#- Where this run writes its artifacts. -#}
{% macro target_path() -%}
    {{ return(invocation_args_dict.get('target_path') or env_var('DBT_TARGET_PATH', 'target')) }}
{%- endmacro %}

{#- Only these targets write the file that marketers open; any other writes one of its own beside it. -#}
{% macro published_name() -%}
    {{ return('activation.duckdb' if target.name in ('demo', 'sample', 'prod') else 'activation.' ~ target.name ~ '.duckdb') }}
{%- endmacro %}
