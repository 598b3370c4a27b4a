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
from duckdb_tables()
where not internal
order by database_name, schema_name, table_name
