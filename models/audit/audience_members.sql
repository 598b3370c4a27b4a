-- everyone whom a segment yields, for every audience of it; the funnel starts here
{%- for audience in audience_names() %}
    select
        '{{ audience }}' as audience,
        person_id,
        offer_topic,
        based_on
    from {{ ref('seg_' ~ audience.split('__')[1]) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
