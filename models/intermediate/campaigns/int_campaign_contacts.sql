-- the real campaign contacts as two questions each: as known on the campaign's first day, and as known at as_of
with

contacts as (

    -- the data tell no day of a single contact; what happened on the first day itself is taken for not yet known
    select
        contacts.campaign_id,
        campaigns.campaign_type,
        contacts.household_id,
        cast(campaigns.starts_on as {{ dbt.type_timestamp() }}) as contacted_at
    from {{ ref('stg_completejourney__campaign_contacts') }} as contacts
    inner join {{ ref('stg_completejourney__campaigns') }} as campaigns
        on contacts.campaign_id = campaigns.campaign_id
    where cast(campaigns.starts_on as {{ dbt.type_timestamp() }}) <= {{ as_of() }}

)

select
    campaign_id,
    campaign_type,
    household_id,
    contacted_at,
    contacted_at as known_at,
    'then' as knowledge
from contacts
union all
select
    campaign_id,
    campaign_type,
    household_id,
    contacted_at,
    {{ as_of() }} as known_at,
    'now' as knowledge
from contacts
