-- the data by which an audience selects its people, one row each
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- for datum in audience.uses -%}
        {%- do rows.append([audience.audience, datum]) -%}
    {%- endfor -%}
{%- endfor %}
{{ literal_rows(['audience', 'datum'], rows) }}
