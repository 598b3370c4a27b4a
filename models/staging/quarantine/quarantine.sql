{{ quarantined(ref('base_completejourney__transactions'), row_json('judged')) }}
union all
{{ quarantined(ref('base_completejourney__products'), row_json('judged')) }}
union all
{{ quarantined(ref('base_completejourney__campaigns'), row_json('judged')) }}
union all
{{ quarantined(ref('base_completejourney__campaign_descriptions'), row_json('judged')) }}
union all
{{ quarantined(ref('base_completejourney__coupon_redemptions'), row_json('judged')) }}
union all
{{ quarantined(ref('base_crm__persons'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__addresses'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__preferences'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__switches'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__gifts'), 'raw_row') }}
union all
{{ quarantined(ref('base_crm__messages'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__identity_links'), 'raw_row', 'judged.person_id', 'judged.same_as') }}
union all
{{ quarantined(ref('base_crm__canaries'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_consent__events'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_consent__objections'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_consent__unsubscribes'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_consent__requests'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__privacy_signals'), 'raw_row', 'coalesce(judged.person_id, judged.device_id)') }}
union all
{{ quarantined(ref('base_crm__bounces'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__dismissals'), 'raw_row', 'judged.person_id') }}
union all
{{ quarantined(ref('base_crm__frequencies'), 'raw_row', 'judged.person_id') }}
