select
    household_id,
    age_band,
    income_band,
    home_ownership,
    marital_status,
    household_size,
    household_composition,
    kids_count
from {{ ref('base_completejourney__demographics') }}
where rejected_because is null
