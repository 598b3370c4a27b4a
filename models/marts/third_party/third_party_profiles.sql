select
    person_id,
    birthday_month,
    income_band,
    list_name
from {{ ref('stg_append__profiles') }}
