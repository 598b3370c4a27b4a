{#- What a gate model must know of this run, as session variables: a Python model sees no Jinja at run time. -#}
{% macro run_context() -%}
    {%- if execute -%}
        {%- set folder = modules.re.sub('[^/]+$', '', target.path) -%}
        set variable askfirst_invocation_id = {{ quoted(invocation_id) }};
        set variable askfirst_as_of = {{ quoted(as_of_text()) }};
        set variable askfirst_published_path = {{ quoted(folder ~ published_name()) }};
        set variable askfirst_minimum_audience = {{ whole_number('minimum_audience', 2, 1000000) }};
        set variable askfirst_valid_hours = {{ whole_number('valid_hours', 1, 168) }};
        set variable askfirst_project_root = '.';
        set variable askfirst_vars = {{ quoted(given_vars()) }};
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

{#- A var that must be a whole number between two bounds: a word that counts as 0 would switch a wall off. -#}
{% macro whole_number(name, least, most) -%}
    {%- set given = var(name) -%}
    {%- if given is not integer or given < least or given > most -%}
        {{ exceptions.raise_compiler_error('var ' ~ name ~ ' must be a whole number from ' ~ least ~ ' to ' ~ most ~ ', not ' ~ given) }}
    {%- endif -%}
    {{ return(given) }}
{%- endmacro %}
