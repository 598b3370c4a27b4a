-- R47: an address is used while a consent for its channel lasts (R14): no such term is longer than an address is kept
{%- set kept = [] -%}
{%- if execute -%}
    {%- for name in ['email', 'street', 'postcode', 'city'] -%}
        {%- set label = graph.sources['source.askfirst.crm.addresses'].columns[name].config.meta -%}
        {%- do kept.append([name, label.retention[1:-1] | int * 12]) -%}
    {%- endfor -%}
{%- endif %}
with

kept as (
    {{ literal_rows(['datum', 'months'], kept) }}

)

select
    kept.datum,
    terms.jurisdiction,
    terms.consent_months
from kept
inner join {{ ref('consent_parameters') }} as terms
    on terms.consent_months > cast(kept.months as bigint)
