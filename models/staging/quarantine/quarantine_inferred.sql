{{ quarantined([
    [ref('base_scores__propensities'), 'raw_row', ['person_id']],
]) }}
