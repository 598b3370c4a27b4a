-- every staged receipt line, with whose it is and what kind of thing it says: kept whole, to be split below
with

erased as (

    select
        households.household_id,
        max(listed.erased_at) as erased_at
    from (select distinct household_id from {{ ref('stg_completejourney__transactions') }}) as households
    cross join {{ source('suppression', 'key') }} as suppression_key
    inner join {{ ref('int_erased_households') }} as listed
        on {{ keyed_hash(household_text('households.household_id'), 'suppression_key') }} = listed.household_key
    group by households.household_id

),

gift_baskets as (

    -- an entry that cannot be read may have marked a gift
    select distinct basket_id from {{ ref('base_crm__gifts') }}
    where coalesce(rejected_because, '') not in ('neither marked nor shipped to another', 'duplicate')

)

select
    lines.household_id,
    lines.basket_id,
    lines.product_id,
    lines.quantity,
    lines.sales_amount,
    lines.purchased_at,
    products.topic,
    topics.special_category,
    gift_baskets.basket_id is not null as is_gift
from {{ ref('stg_completejourney__transactions') }} as lines
inner join {{ ref('stg_completejourney__products') }} as products
    on lines.product_id = products.product_id
left join {{ ref('topics') }} as topics
    on products.topic = topics.topic
left join gift_baskets
    on lines.basket_id = gift_baskets.basket_id
inner join {{ ref('int_retention') }} as retention
    on retention.datum = 'purchases'
left join erased
    on lines.household_id = erased.household_id
where
    lines.purchased_at <= {{ as_of() }}
    -- R47
    and lines.purchased_at > retention.kept_since
    -- R45: what a household bought before one of its persons was erased may have been theirs
    and (erased.erased_at is null or lines.purchased_at > erased.erased_at)
