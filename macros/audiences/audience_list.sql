{#-
    Every activation model with what its YAML and its segment's YAML say, as a list of dicts ordered by audience.
    Empty while parsing, when dbt's graph is not there yet.
-#}
{% macro audience_list() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | sort(attribute='name') -%}
            {%- set activation = node.config.meta.get('activation') -%}
            {%- if activation -%}
                {%- set segment_id = 'model.' ~ node.package_name ~ '.seg_' ~ activation.segment -%}
                {%- set segment_node = graph.nodes.get(segment_id) -%}
                {%- set segment = (segment_node.config.meta.get('segment') or {}) if segment_node else {} -%}
                {%- set audience = {'audience': node.name | replace('act_', '', 1), 'model': node.name} -%}
                {%- do audience.update(segment) -%}
                {%- do audience.update(activation) -%}
                {%- do audience.update({'description': synthetic() ~ node.description, 'columns': node.columns}) -%}
                {%- do found.append(audience) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
