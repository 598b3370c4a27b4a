-- the columns that marketers see, with the words that explain them
-- depends_on: {{ ref('gate_candidates') }}, so that it is built anew whenever a candidate is
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- for column in audience.columns.values() -%}
        {%- do rows.append([audience.audience, column.name, column.description, loop.index]) -%}
    {%- endfor -%}
{%- endfor %}
with

columns as (
    {{ literal_rows(['audience', 'column_name', 'description', 'position'], rows) }}

)

select
    audience,
    column_name,
    description,
    cast(position as integer) as position
from columns
