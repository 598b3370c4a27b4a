{{ config(group='core') }}

-- for every source table: raw = staged + quarantined + erased
{{ lost_rows([
    ['completejourney', 'transactions', ref('stg_completejourney__transactions'), ref('quarantine'), []],
    ['completejourney', 'products', ref('stg_completejourney__products'), ref('quarantine'), []],
    ['completejourney', 'campaigns', ref('stg_completejourney__campaign_contacts'), ref('quarantine'), []],
    ['completejourney', 'campaign_descriptions', ref('stg_completejourney__campaigns'), ref('quarantine'), []],
    ['completejourney', 'coupon_redemptions', ref('stg_completejourney__redemptions'), ref('quarantine'), []],
    ['crm', 'persons', ref('stg_crm__persons'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'addresses', ref('stg_crm__addresses'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'preferences', ref('stg_crm__preferences'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'switches', ref('stg_crm__switches'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'gifts', ref('stg_crm__gifts'), ref('quarantine'), []],
    ['crm', 'messages', ref('stg_crm__messages'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'identity_links', ref('stg_crm__identity_links'), ref('quarantine'), [readable_id('person_id'), readable_id('same_as')]],
    ['crm', 'bounces', ref('stg_crm__bounces'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'dismissals', ref('stg_crm__dismissals'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'frequencies', ref('stg_crm__frequencies'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'privacy_signals', ref('stg_crm__privacy_signals'), ref('quarantine'), [readable_id('person_id')]],
    ['crm', 'canaries', ref('stg_crm__canaries'), ref('quarantine'), []],
    ['consent', 'events', ref('stg_consent__events'), ref('quarantine'), [readable_id('person_id')]],
    ['consent', 'objections', ref('stg_consent__objections'), ref('quarantine'), [readable_id('person_id')]],
    ['consent', 'unsubscribes', ref('stg_consent__unsubscribes'), ref('quarantine'), [readable_id('person_id')]],
    ['consent', 'requests', ref('stg_consent__requests'), ref('quarantine'), [readable_id('person_id')]],
]) }}
