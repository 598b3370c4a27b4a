-- GDPR Art. 9 by deduction (CJEU C-184/20): kept apart; only counts of it are ever looked at
select
    household_id,
    basket_id,
    product_id,
    sales_amount,
    purchased_at,
    topic,
    special_category
from {{ ref('int_purchases') }}
where
    not is_gift
    and special_category is not null
