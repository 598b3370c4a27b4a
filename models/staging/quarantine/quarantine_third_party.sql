{{ quarantined(ref('base_append__profiles'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_completejourney__demographics'), row_json('judged')) }}
