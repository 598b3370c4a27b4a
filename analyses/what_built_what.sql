-- What built each relation that stands in the warehouse, by its own stamp (DuckDB).
select
    database_name,
    schema_name,
    table_name,
    json_extract_string(comment, '$.node') as node,
    json_extract_string(comment, '$.invocation_id') as invocation_id,
    json_extract_string(comment, '$.as_of') as as_of,
    json_extract_string(comment, '$.built_at') as built_at,
    json_extract_string(comment, '$.hash') as sql_hash
from (
    select
        database_name,
        schema_name,
        table_name,
        comment
    from duckdb_tables()
    where not internal
    union all
    select
        database_name,
        schema_name,
        view_name as table_name,
        comment
    from duckdb_views()
    where not internal
) as relations
order by database_name, schema_name, table_name
