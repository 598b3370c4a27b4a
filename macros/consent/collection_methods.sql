{#- How consent can be collected at all. Of these, the second line is no act of the person (R02); no other is proof (R07). -#}
{% macro collection_methods() -%}
    'web_form', 'paper_form', 'phone', 'preference_centre',
    'scroll', 'silence', 'banner_dismissed', 'script'
{%- endmacro %}
