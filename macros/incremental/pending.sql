{#-
    Whether a row is one that an incremental run works on: of a key whose inputs have changed, which the model `inputs` marks
    as pending. `given` is what the key is compared with. A run that makes all anew works on all.
-#}
{% macro is_pending(given, inputs='int_record_inputs', key='record_id') -%}
    {%- if not execute -%}
        {{ ref(inputs) }} {#- so that it is built before, also where a run does not read it -#}
    {%- elif is_incremental() -%}
        {{ given }} in (select inputs.{{ key }} from {{ ref(inputs) }} as inputs where inputs.is_pending)
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}

{#-
    Whether what is pending has been worked on: every model that follows `this` was built, and committed, in the run that
    built it last. Otherwise what was pending then still is, and is worked on again, which changes nothing where it was.
-#}
{% macro is_worked_off() -%}
    {%- set standing = standing_stamps() or {} -%}
    {%- set run = (standing.get(place_of(this)) or {}).get('invocation_id', '') -%}
    {%- set behind = [] -%}
    {%- for node in graph.nodes.values() if model.unique_id in (node.depends_on.nodes or []) and node.config.materialized == 'incremental' -%}
        {%- if (standing.get(place_of_node(node)) or {}).get('invocation_id') != run -%}
            {%- do behind.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(run != '' and not behind) }}
{%- endmacro %}
