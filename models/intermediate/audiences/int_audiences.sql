-- the audiences as their YAML declares them: what for, through which channel, about whom
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- do rows.append([audience.audience, audience.purpose, audience.channel, audience.subject]) -%}
{%- endfor %}
{{ literal_rows(['audience', 'purpose', 'channel', 'subject'], rows) }}
