{{ config(group='core') }}

-- for every source table: raw = staged + quarantined
{{ lost_rows([
    ['completejourney', 'transactions', ref('stg_completejourney__transactions'), ref('quarantine')],
    ['completejourney', 'products', ref('stg_completejourney__products'), ref('quarantine')],
    ['completejourney', 'campaigns', ref('stg_completejourney__campaign_contacts'), ref('quarantine')],
    ['completejourney', 'campaign_descriptions', ref('stg_completejourney__campaigns'), ref('quarantine')],
    ['completejourney', 'coupon_redemptions', ref('stg_completejourney__redemptions'), ref('quarantine')],
    ['crm', 'persons', ref('stg_crm__persons'), ref('quarantine')],
    ['crm', 'addresses', ref('stg_crm__addresses'), ref('quarantine')],
    ['crm', 'preferences', ref('stg_crm__preferences'), ref('quarantine')],
    ['crm', 'switches', ref('stg_crm__switches'), ref('quarantine')],
    ['crm', 'gifts', ref('stg_crm__gifts'), ref('quarantine')],
    ['crm', 'messages', ref('stg_crm__messages'), ref('quarantine')],
    ['crm', 'identity_links', ref('stg_crm__identity_links'), ref('quarantine')],
    ['crm', 'canaries', ref('stg_crm__canaries'), ref('quarantine')],
    ['consent', 'events', ref('stg_consent__events'), ref('quarantine')],
    ['consent', 'objections', ref('stg_consent__objections'), ref('quarantine')],
    ['consent', 'unsubscribes', ref('stg_consent__unsubscribes'), ref('quarantine')],
    ['consent', 'requests', ref('stg_consent__requests'), ref('quarantine')],
]) }}
