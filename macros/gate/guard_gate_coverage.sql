{#-
    Runs before the first node: an activation model that the gate does not cover stops every run that could build it.
    A model is one of activation by its YAML or by its folder, so that forgetting either does not open a way round.
-#}
{% macro guard_gate_coverage() -%}
    {%- if execute -%}
        {%- set gate = graph.nodes.values() | selectattr('name', 'equalto', 'gate_candidates') | first -%}
        {%- set accounts = graph.nodes.values() | selectattr('name', 'equalto', 'audience_candidates') | first -%}
        {#- a run that ends in the verdict is stopped there, by the same code, and its removals go on -#}
        {%- set judged = graph.nodes.values() | selectattr('name', 'equalto', 'gate_verdict')
            | selectattr('unique_id', 'in', selected_resources) | list -%}
        {%- set open = [] -%}
        {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') -%}
            {%- set is_activation = node.config.meta.get('activation') or node.fqn[1] == 'activation' or node.schema == 'activation' -%}
            {%- if is_activation and node.unique_id in selected_resources and not judged and (node.unique_id not in gate.depends_on.nodes or node.unique_id not in accounts.depends_on.nodes) -%}
                {%- do open.append(node.name ~ ' (' ~ node.original_file_path ~ ')') -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if open -%}
            {{ exceptions.raise_compiler_error(
                'AF010 the gate does not cover ' ~ open | join(', ') ~ ': nothing was built.\n'
                ~ '  Why: a table that the gate does not judge could carry anyone to the marketers.\n'
                ~ '  Way out: name it in macros/audiences/audience_names.sql, then run `make suites`.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
