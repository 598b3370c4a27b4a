{{ config(group='inferred') }}

-- for every source table of inferred: raw = staged + quarantined + erased
{{ lost_rows([
    ['scores', 'propensities', ref('stg_scores__propensities'), ref('quarantine_inferred'), [filled('person_id')]],
]) }}
