-- what the gate judges, one row a candidate; the guard at the run's start stops a run that could build another
{%- set candidates = [
    ref('act_email__greet'),
    ref('act_email__ribs'),
    ref('act_email__replenishment'),
    ref('act_email__companions'),
    ref('act_direct_mail__greet'),
    ref('act_direct_mail__ribs'),
    ref('act_direct_mail__replenishment'),
    ref('act_direct_mail__companions'),
] %}
{%- set rows = [] -%}
{%- for candidate in candidates -%}
    {%- do rows.append([candidate.identifier | replace('act_', '', 1), candidate.identifier, candidate.render()]) -%}
{%- endfor %}
{{ literal_rows(['audience', 'model', 'relation'], rows) }}
