-- who is a candidate of which audience, for the accounts
{%- set candidates = {
    'email__greet': ref('act_email__greet'),
    'email__ribs': ref('act_email__ribs'),
    'email__replenishment': ref('act_email__replenishment'),
    'email__companions': ref('act_email__companions'),
    'direct_mail__greet': ref('act_direct_mail__greet'),
    'direct_mail__ribs': ref('act_direct_mail__ribs'),
    'direct_mail__replenishment': ref('act_direct_mail__replenishment'),
    'direct_mail__companions': ref('act_direct_mail__companions'),
} %}
{%- for audience, candidate in candidates.items() %}
    select
        '{{ audience }}' as audience,
        person_id
    from {{ candidate }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
