{{ config(group='third_party') }}

-- for every source table of third party: raw = staged + quarantined + erased
{{ lost_rows([
    ['completejourney', 'demographics', ref('stg_completejourney__demographics'), ref('quarantine_third_party'), []],
    ['append', 'profiles', ref('stg_append__profiles'), ref('quarantine_third_party'), [filled('person_id')]],
]) }}
