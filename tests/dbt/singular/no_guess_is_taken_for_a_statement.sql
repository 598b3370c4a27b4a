-- the split of profile.home: what a form guessed is not among what people said
select person_id
from {{ ref('declared_persons') }}
where home_declared not in ('owner', 'renter')
