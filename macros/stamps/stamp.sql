{#-
    What built what: each relation carries, as its comment, the node, the invocation and the very SQL that built it,
    written in the transaction that builds it. CREATE OR REPLACE by hand loses it, which is how that is found.
-#}
{% macro stamp() -%}
    {%- if execute -%}
        {%- set sql_text = sql if sql is defined and sql else (model.raw_code or model.checksum.checksum) -%}
        {%- set stamp = {
            'node': model.unique_id,
            'invocation_id': invocation_id,
            'as_of': as_of_text(),
            'vars': given_vars(),
            'checksum': model.checksum.checksum,
            'built_at': modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%dT%H:%M:%SZ'),
            'hash': local_md5(sql_text),
            'sql': sql_text
        } -%}
        comment on {{ 'view' if config.get('materialized') == 'view' else 'table' }} {{ this }}
        is {{ quoted(tojson(stamp)) }}
    {%- endif -%}
{%- endmacro %}

{#- The vars given on the command line, as text: what was built under others is not what this run would build. -#}
{% macro given_vars() -%}
    {{ return(tojson(invocation_args_dict.get('vars') or {}, sort_keys=true)) }}
{%- endmacro %}
