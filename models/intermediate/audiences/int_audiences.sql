-- the audiences as their YAML declares them: what for, through which channel, about whom; and whose turn is first (R37)
{%- set rows = [] -%}
{%- for audience in audience_list() -%}
    {%- set names = audience_names() -%}
    {%- set turn = names.index(audience.audience) if audience.audience in names else 9999 -%}
    {%- do rows.append([
        audience.audience, audience.segment, audience.purpose, audience.channel, audience.subject, '%04d' | format(turn)
    ]) -%}
{%- endfor %}
{{ literal_rows(['audience', 'segment', 'purpose', 'channel', 'subject', 'turn'], rows) }}
