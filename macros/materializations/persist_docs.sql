{#-
    The columns' descriptions as comments, in one statement. dbt asks first, twice, which columns are there; here each
    described column is, and the engine refuses a comment on one that is not. A relation's own comment is its stamp.
-#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if for_relation and config.persist_relation_docs() -%}
        {%- do exceptions.raise_compiler_error(
            model.original_file_path ~ ": persist_docs.relation would write a description over the stamp that says what "
            ~ "built " ~ model.name ~ ". Fix: set persist_docs.columns alone."
        ) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() and model.columns -%}
        {%- set comments -%}
            {%- for column in model.columns.values() %}
                comment on column {{ relation }}.{{ adapter.quote(column.name) }} is {{ quoted(column.description) }};
            {%- endfor %}
        {%- endset -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
