with

scores as (

    select * from {{ ref('stg_scores__propensities') }}

),

life_stages as (

    select
        persons.person_id,
        'life_stage' as model,
        life_stage.life_stage_score as score,
        life_stage.life_stage as label
    from {{ ref('declared_persons') }} as persons
    inner join {{ ref('inferred_life_stage') }} as life_stage
        on persons.household_id = life_stage.household_id

)

select
    person_id,
    model,
    score,
    label
from scores
union all
select
    person_id,
    model,
    score,
    label
from life_stages
