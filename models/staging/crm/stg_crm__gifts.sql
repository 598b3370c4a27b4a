select
    gift_id,
    basket_id,
    is_marked_gift,
    ship_to_name
from {{ ref('base_crm__gifts') }}
where rejected_because is null
