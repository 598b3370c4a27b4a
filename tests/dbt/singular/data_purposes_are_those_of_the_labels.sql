-- each datum's purposes and retention in the reference are those of the raw columns it comes from
{%- set columns = {
    'first_name': ['persons', 'first_name', 'crm'],
    'birthday_month': ['persons', 'birthday_month', 'crm'],
    'favourite_cut': ['preferences', 'topic', 'crm'],
    'favourite_department': ['preferences', 'topic', 'crm'],
    'purchases': ['transactions', 'product_id', 'completejourney'],
} %}
{%- set rows = [] -%}
{%- if execute -%}
    {%- for datum, place in columns.items() -%}
        {%- set raw = graph.sources['source.askfirst.' ~ place[2] ~ '.' ~ place[0]] -%}
        {%- set label = raw.columns[place[1]].config.meta -%}
        {%- do rows.append([datum, label.purposes | join('|'), label.retention]) -%}
    {%- endfor -%}
{%- endif %}
with

labelled as (
    {{ literal_rows(['datum', 'purposes', 'retention'], rows) }}

)

select
    data.purposes,
    labelled.purposes as labelled_purposes,
    data.retention,
    labelled.retention as labelled_retention,
    coalesce(data.datum, labelled.datum) as datum
from {{ ref('data') }} as data
full outer join labelled
    on data.datum = labelled.datum
where
    data.purposes is null
    or labelled.purposes is null
    or data.purposes <> labelled.purposes
    or data.retention <> labelled.retention
    or labelled.retention is null
