{#- Only DuckDB keeps guesses and bought data in a file (database) of their own; elsewhere the schema is the border. -#}
{% macro default__generate_database_name(custom_database_name=none, node=none) -%}
    {{ target.database }}
{%- endmacro %}

{% macro duckdb__generate_database_name(custom_database_name=none, node=none) -%}
    {{ custom_database_name or target.database }}
{%- endmacro %}
