-- the audiences as their YAML declares them: what for, through which channel, about whom; and whose turn it is first (R37)
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- set turn = '%04d' | format(audience_names().index(audience.audience) if audience.audience in audience_names() else 9999) -%}
    {%- do rows.append([audience.audience, audience.segment, audience.purpose, audience.channel, audience.subject, turn]) -%}
{%- endfor %}
{{ literal_rows(['audience', 'segment', 'purpose', 'channel', 'subject', 'turn'], rows) }}
