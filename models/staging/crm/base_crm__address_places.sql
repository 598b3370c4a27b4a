{{ config(materialized="view") }}

-- each place that an entry may mean, whether or not it can be read: every mailbox in the field, and of an unknown kind
-- the letter-box as well
with

mailboxes as (

    select
        person_id,
        kind,
        valid_from,
        rejected_because,
        {{ mailboxes_in('email') }} as mailbox
    from {{ ref('base_crm__addresses') }}
    where
        email is not null
        and not coalesce(kind = 'postal' and street is not null, false)

)

select
    person_id,
    kind,
    valid_from,
    rejected_because,
    false as is_letter_box,
    {{ seen_text('mailbox') }} as place
from mailboxes
union all
select
    addresses.person_id,
    addresses.kind,
    addresses.valid_from,
    addresses.rejected_because,
    true as is_letter_box,
    {{ same_place(letter_box('addresses')) }} as place
from {{ ref('base_crm__addresses') }} as addresses
where
    addresses.street is not null
    and (coalesce(addresses.kind <> 'email', true) or addresses.email is null)
