{#-
    SQL for when a raw table was last loaded, and not later than as_of: as its YAML declares it (`loaded_at_query`, or
    `loaded_at_field` of its own rows); empty where it declares neither.
-#}
{% macro newest_load(table) -%}
    {%- if table.loaded_at_query -%}
        {{ return(render(table.loaded_at_query)) }}
    {%- elif table.loaded_at_field -%}
        {%- set known = table.loaded_at_field ~ ' <= ' ~ as_of() -%}
        {%- set filter = (table.freshness or {}).get('filter') -%}
        {{ return(
            'select max(' ~ table.loaded_at_field ~ ') from ' ~ table.relation_name ~ ' where ' ~ known
            ~ (' and (' ~ filter ~ ')' if filter else '')
        ) }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}

{#- The `loaded_at_query` of a permission feed: its newest delivery as of this run, empty deliveries included. -#}
{% macro newest_delivery(feed) -%}
    select max({{ utc_timestamp('delivered_at') }}) as loaded_at
    from {{ source('consent', 'deliveries') }}
    where feed = {{ quoted(feed) }} and {{ utc_timestamp('delivered_at') }} <= {{ as_of() }}
{%- endmacro %}
