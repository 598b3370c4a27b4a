-- who is a candidate of which audience, for the accounts
{%- for audience in audience_names() %}
    select
        '{{ audience }}' as audience,
        person_id
    from {{ ref('act_' ~ audience) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
