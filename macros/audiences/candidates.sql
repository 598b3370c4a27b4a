{#-
    The candidates of one audience: the members of `segment` who are permitted, with an address in use, what may be
    shown of them, and why they are here. Fails closed: who has no row in the effective permission is no candidate.
-#}
{% macro candidates(segment, channel) -%}
    {%- set audience = this.identifier | replace('act_', '', 1) -%}
    {%- set told = (audience_list() | selectattr('audience', 'equalto', audience) | list + [{}]) | first -%}
with

members as (

    select * from {{ segment }}

),

permissions as (

    select person_id from {{ ref('int_audience_permissions') }}
    where
        audience = '{{ audience }}'
        and permitted

),

-- R36: what is offered, or what it is based on, was not to be shown again
dismissed as (

    select distinct members.person_id
    from members
    inner join {{ ref('int_dismissed_topics') }} as hidden
        on
            members.person_id = hidden.person_id
            and hidden.topic in (members.offer_topic, members.based_on)

),

shown as (

    select person_id from {{ ref('int_shown_first_names') }}
    where purpose = {{ quoted(told.purpose) }}

)

select
    members.person_id,
    {{ address_columns(channel) }},
    members.offer_topic,
    members.based_on,
    replace(
        replace({{ quoted(told.reason) }}, '{based_on}', based_on.title), '{offer}', offered.title
    ) as reason,
    {{ quoted(told.control) }} as control
from members
inner join permissions
    on members.person_id = permissions.person_id
inner join {{ ref('declared_persons') }} as persons
    on members.person_id = persons.person_id
inner join {{ ref('declared_contacts') }} as contacts
    on
        members.person_id = contacts.person_id
        and contacts.kind = '{{ address_kind(channel) }}'
inner join {{ ref('topics') }} as based_on
    on members.based_on = based_on.topic
inner join {{ ref('topics') }} as offered
    on members.offer_topic = offered.topic
left join shown
    on members.person_id = shown.person_id
left join dismissed
    on members.person_id = dismissed.person_id
where dismissed.person_id is null
{%- endmacro %}

{#- What a channel needs to reach a person; the first name only where it may be shown. -#}
{% macro address_columns(channel) -%}
    {%- if channel == 'email' -%}
    contacts.email,
    case when shown.person_id is not null then persons.first_name end as first_name
    {%- elif channel == 'direct_mail' -%}
    case when shown.person_id is not null then persons.first_name end as first_name,
    persons.last_name,
    contacts.street,
    contacts.postcode,
    contacts.city
    {%- else -%}
    {{ exceptions.raise_compiler_error("no address is known for channel '" ~ channel ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{% macro address_kind(channel) -%}
    {{ {'email': 'email', 'direct_mail': 'postal'}[channel] }}
{%- endmacro %}
