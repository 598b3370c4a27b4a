{#-
    What a campaign of ours may be called in a raw row, in small letters, with its segment: the segment, and each audience of
    it. A list of [name, segment].
-#}
{% macro campaign_names() -%}
    {%- set names = [] -%}
    {%- for audience in audience_list() -%}
        {%- for name in (audience.segment, audience.audience) -%}
            {%- if [name, audience.segment] not in names -%}{%- do names.append([name, audience.segment]) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
