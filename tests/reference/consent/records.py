"""A raw history as frozen records: the rows of the raw tables that decide permission, every column text as it came.

The columns are those of the sources' YAML (``models/staging/*/_*__sources.yml``), in their words. A column that no rule
of the reference reads is left out, and stays empty in the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

Text = str | None  # what a raw column holds; None and "" both say nothing


@dataclass(frozen=True, slots=True)
class PersonRow:
    """``crm.persons``: one customer record."""

    person_id: Text
    household_id: Text
    first_name: Text = "Ada"
    last_name: Text = "Sample"
    declared_adult: Text = "true"
    birth_year: Text = None
    birthday_month: Text = None
    jurisdiction: Text = "DE"
    created_at: Text = "2016-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class AddressRow:
    """``crm.addresses``: one entry of an address history."""

    address_id: Text
    person_id: Text
    kind: Text
    email: Text = None
    street: Text = None
    postcode: Text = None
    city: Text = None
    valid_from: Text = "2016-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """``crm.switches``: one datum turned off or on for one purpose."""

    switch_id: Text
    person_id: Text
    datum: Text
    purpose: Text
    state: Text
    switched_at: Text


@dataclass(frozen=True, slots=True)
class LinkRow:
    """``crm.identity_links``: two customer records found to be one person."""

    link_id: Text
    person_id: Text
    same_as: Text
    linked_at: Text


@dataclass(frozen=True, slots=True)
class GiftRow:
    """``crm.gifts``: a basket that may have been for somebody else."""

    gift_id: Text
    basket_id: Text
    marked_gift: Text = None
    ship_to_name: Text = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """``consent.events``: one act about consent."""

    event_id: Text
    person_id: Text
    event_state: Text
    event_time: Text
    received_at: Text
    purposes: Text
    channel: Text
    privacy_notice: Text = None
    notice_shown_at: Text = None
    collection_method: Text = None
    pre_ticked: Text = None
    separate_choices: Text = None
    required_for_service: Text = None
    incentive: Text = None
    evidence: Text = None
    legal_basis: Text = None
    without_refusal: Text = None
    confirmation_of: Text = None
    authorised_by: Text = None


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """``consent.objections``: an objection to direct marketing."""

    objection_id: Text
    person_id: Text
    scope: Text
    objected_at: Text
    received_at: Text


@dataclass(frozen=True, slots=True)
class UnsubscribeRow:
    """``consent.unsubscribes``: a one-click unsubscribe from a channel."""

    unsubscribe_id: Text
    person_id: Text
    channel: Text
    unsubscribed_at: Text
    received_at: Text


@dataclass(frozen=True, slots=True)
class RequestRow:
    """``consent.requests``: what a person asks of us, or others report."""

    request_id: Text
    person_id: Text
    kind: Text
    requested_at: Text
    received_at: Text
    closed_at: Text = None


@dataclass(frozen=True, slots=True)
class BounceRow:
    """``crm.bounces``: a message that did not arrive."""

    bounce_id: Text
    person_id: Text
    channel: Text
    kind: Text
    bounced_at: Text
    received_at: Text


@dataclass(frozen=True, slots=True)
class DismissalRow:
    """``crm.dismissals``: "do not show me this again", or show it after all."""

    dismissal_id: Text
    person_id: Text
    kind: Text
    target: Text
    topic: Text
    state: Text
    dismissed_at: Text


@dataclass(frozen=True, slots=True)
class FrequencyRow:
    """``crm.frequencies``: how often a person wants to be written to, at the most."""

    choice_id: Text
    person_id: Text
    channel: Text
    maximum: Text
    period: Text
    chosen_at: Text


@dataclass(frozen=True, slots=True)
class MessageRow:
    """``crm.messages``: what we sent."""

    message_id: Text
    person_id: Text
    channel: Text
    campaign: Text
    sent_at: Text


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """``crm.preferences``: a favourite, as stated."""

    statement_id: Text
    person_id: Text
    datum: Text
    topic: Text
    stated_at: Text


@dataclass(frozen=True, slots=True)
class SignalRow:
    """``crm.privacy_signals``: what a browser said of Global Privacy Control."""

    signal_id: Text
    device_id: Text
    person_id: Text
    gpc: Text
    seen_at: Text
    received_at: Text


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """``completejourney.transactions``: that a household's basket held something. Typed at the till, in UTC."""

    household_id: int
    basket_id: int
    bought_at: datetime


Row = (
    PersonRow
    | AddressRow
    | SwitchRow
    | LinkRow
    | GiftRow
    | EventRow
    | ObjectionRow
    | UnsubscribeRow
    | RequestRow
    | BounceRow
    | DismissalRow
    | FrequencyRow
    | MessageRow
    | PreferenceRow
    | SignalRow
    | PurchaseRow
)


@dataclass(frozen=True, slots=True)
class History:
    """The raw rows of one small cluster of people, who share households, records and addresses with nobody else.

    The ``forgotten`` rows were there when the build before was made, and are gone since.
    """

    persons: tuple[PersonRow, ...] = ()
    addresses: tuple[AddressRow, ...] = ()
    switches: tuple[SwitchRow, ...] = ()
    identity_links: tuple[LinkRow, ...] = ()
    gifts: tuple[GiftRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    objections: tuple[ObjectionRow, ...] = ()
    unsubscribes: tuple[UnsubscribeRow, ...] = ()
    purchases: tuple[PurchaseRow, ...] = ()
    requests: tuple[RequestRow, ...] = ()
    bounces: tuple[BounceRow, ...] = ()
    dismissals: tuple[DismissalRow, ...] = ()
    frequencies: tuple[FrequencyRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    preferences: tuple[PreferenceRow, ...] = ()
    privacy_signals: tuple[SignalRow, ...] = ()
    forgotten_persons: tuple[PersonRow, ...] = ()
    forgotten_addresses: tuple[AddressRow, ...] = ()
    forgotten_requests: tuple[RequestRow, ...] = ()

    def tables(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        """Each table's name, which is that of the field, with its rows."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for _, rows in self.tables())
