-- what the gate judges, one row a candidate; the guard at the run's start stops a run that could build another
{%- set rows = [] -%}
{%- for audience in audience_names() -%}
    {%- set candidate = ref('act_' ~ audience) -%}
    {%- do rows.append([audience, candidate.identifier, candidate.render()]) -%}
{%- endfor %}
{{ literal_rows(['audience', 'model', 'relation'], rows) }}
