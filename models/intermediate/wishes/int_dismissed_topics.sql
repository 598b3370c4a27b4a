-- R36: the topics that a person does not want to be shown again, also the one that a hidden product is of, whatever the
-- page said
select
    person_id,
    target as topic
from {{ ref('int_dismissals') }}
where kind = 'topic'
union
select
    dismissals.person_id,
    products.topic
from {{ ref('int_dismissals') }} as dismissals
inner join {{ ref('stg_completejourney__products') }} as products
    on {{ try_cast('dismissals.target', 'bigint') }} = products.product_id
where
    dismissals.kind = 'product'
    and products.topic is not null
