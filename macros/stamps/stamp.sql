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
            'hooks': hooks_hash(),
            'built_at': modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%dT%H:%M:%SZ'),
            'hash': local_md5(sql_text),
            'code': code_hash(sql_text),
            'sql': sql_text
        } -%}
        {%- if keeps_rows() -%}
            {%- do stamp.update(carried_on(stamp)) -%}
        {%- endif -%}
        {{ comment_on_this(stamp) }}
    {%- endif -%}
{%- endmacro %}

{#- The stamp as the relation's comment. -#}
{% macro comment_on_this(stamp) -%}
    comment on {{ 'view' if config.get('materialized') == 'view' else 'table' }} {{ this }}
    is {{ quoted(tojson(stamp)) }}
{%- endmacro %}

{#- The hooks around a model, as they are typed: they too decide what stands there. -#}
{% macro hooks_hash() -%}
    {%- set hooks = (model.config.get('pre-hook') or []) + (model.config.get('post-hook') or []) -%}
    {{ return(local_md5(hooks | map(attribute='sql') | join('\n'))) }}
{%- endmacro %}

{#- The same SQL on another day is the same code: only the clock's literals differ. -#}
{% macro code_hash(sql_text) -%}
    {%- set moment = as_of_text()[:19] -%}
    {{ return(local_md5(sql_text | replace(moment, 'as_of') | replace(moment | replace('T', ' '), 'as_of') | replace(moment[:10], 'as_of'))) }}
{%- endmacro %}

{#- The vars given on the command line, as text: what was built under others is not what this run would build. -#}
{% macro given_vars() -%}
    {{ return(tojson(invocation_args_dict.get('vars') or {}, sort_keys=true)) }}
{%- endmacro %}
