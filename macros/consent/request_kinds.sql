{#- What people may ask of us (GDPR Art. 15 to 18, 20), and what others may report. Another kind is a request nobody can read. -#}
{% macro request_kinds() -%}
    'access', 'rectification', 'portability', 'erasure', 'restriction', 'restriction_lifted', 'accuracy_dispute',
    'deceased_report', 'deceased_report_withdrawn'
{%- endmacro %}
