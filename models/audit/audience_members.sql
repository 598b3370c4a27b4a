-- everyone whom a segment yields, for every audience of it; the funnel starts here
{%- set audiences = {
    'email__greet': ref('seg_greet'),
    'email__ribs': ref('seg_ribs'),
    'email__replenishment': ref('seg_replenishment'),
    'email__companions': ref('seg_companions'),
    'direct_mail__greet': ref('seg_greet'),
    'direct_mail__ribs': ref('seg_ribs'),
    'direct_mail__replenishment': ref('seg_replenishment'),
    'direct_mail__companions': ref('seg_companions'),
} %}
{%- for audience, segment in audiences.items() %}
    select
        '{{ audience }}' as audience,
        person_id
    from {{ segment }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
