{#- How consent can be collected at all. Of these, the second line is no act of the person (R02); no other is proof (R07). -#}
{% macro collection_methods() -%}
    {{ acts_of_the_person() }},
    'scroll', 'silence', 'banner_dismissed', 'script'
{%- endmacro %}

{#- What a person does on purpose, by which consent can be given or confirmed. -#}
{% macro acts_of_the_person() -%}
    'web_form', 'paper_form', 'phone', 'preference_centre'
{%- endmacro %}
