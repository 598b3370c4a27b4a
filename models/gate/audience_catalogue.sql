-- what each audience is, as its YAML and its segment's say: the marketers' catalogue
-- depends_on: {{ ref('gate_candidates') }}, so that it is built anew whenever a candidate is
{%- set columns = [
    'audience', 'model', 'segment', 'channel', 'purpose', 'recipient', 'owner', 'lifecycle', 'offer_topic', 'reason',
    'description',
] -%}
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- set row = [] -%}
    {%- for column in columns -%}
        {%- do row.append(audience.get(column)) -%}
    {%- endfor -%}
    {%- do rows.append(row) -%}
{%- endfor %}
{{ literal_rows(columns, rows) }}
