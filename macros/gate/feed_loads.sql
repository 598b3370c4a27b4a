{#-
    For the gate, as a session variable: by raw table the SQL for its newest load. A hook of gate_results alone, so that a
    declaration that does not render stops what would be added, and no removal.
-#}
{% macro feed_loads() -%}
    {%- if execute -%}
        {%- set loads = {} -%}
        {%- for table in graph.sources.values() -%}
            {%- do loads.update({table.unique_id: newest_load(table)}) -%}
        {%- endfor -%}
        set variable askfirst_feed_loads = {{ quoted(tojson(loads)) }}
    {%- endif -%}
{%- endmacro %}
