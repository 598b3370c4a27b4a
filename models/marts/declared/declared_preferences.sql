select
    person_id,
    datum,
    topic
from {{ ref('int_preferences') }}
