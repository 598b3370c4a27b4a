{{ quarantined(ref('base_scores__propensities'), 'raw_row', 'judged.person_id') }}
