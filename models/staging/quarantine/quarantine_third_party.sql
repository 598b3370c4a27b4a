{{ quarantined([
    [ref('base_append__profiles'), 'raw_row', ['person_id']],
    [ref('base_completejourney__demographics'), row_json('judged'), []],
]) }}
