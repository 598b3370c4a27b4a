{#- Stop where only some engines' SQL of a macro is written: say what cannot be done on this one, and where to write it. -#}
{% macro unwritten(what, signature, folder) -%}
    {{ exceptions.raise_compiler_error(
        'On ' ~ target.type ~ ' ' ~ what ~ '. Write ' ~ target.type ~ '__' ~ signature ~ ' in ' ~ folder ~ '.'
    ) }}
{%- endmacro %}
