{#- This model's relation; one of another type that stands at its name goes, since no statement replaces that. -#}
{% macro make_room_for(relation_type) -%}
    {%- set standing = load_cached_relation(this) -%}
    {%- if standing is not none and standing.type != relation_type -%}
        {%- do adapter.drop_relation(standing) -%}
    {%- endif -%}
    {{ return(this.incorporate(type=relation_type)) }}
{%- endmacro %}

{#- What follows the build of a relation, up to its commit and after it. -#}
{% macro finish(target_relation) -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target_relation, model) -%}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
{%- endmacro %}
