"""R08 to R10, R12, R14, R48, R49: what the known acts of one record come to, for one purpose and channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.registry import record_rule
from tests.reference.consent.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from tests.reference.consent.cells import Act, RecordCell, Rules, Term
    from tests.reference.consent.reading import Consent


def deciding(acts: tuple[Act, ...]) -> Act | None:
    """The act that stands at the end: the latest that counts; what may be a tie goes to what is no grant (R10)."""
    counting = [act for act in acts if act.counts]
    return max(counting, key=lambda act: (act.event.ordered, not act.event.is_grant, act.event.event_id), default=None)


def given_by(acts: tuple[Act, ...], term: Term) -> Consent | None:
    """The grant by which consent stands, if it does and has not expired."""
    last = deciding(acts)
    return last.event if last is not None and last.gives and not term.is_over(last.event) else None


def void_by(acts: tuple[Act, ...]) -> Rules:
    """Where there were only void grants: why the last of them is void."""
    if not acts or any(act.counts for act in acts):
        return frozenset()
    last = max(acts, key=lambda act: (act.event.ordered, act.event.heard, act.event.event_id))
    return last.void_by


def refused_against(acts: tuple[Act, ...]) -> tuple[Consent, list[Consent]] | None:
    """The refusal that stands, and the valid grants that it stands against; None where none stands."""
    last = deciding(acts)
    if last is None or last.gives:
        return None
    return last.event, [act.event for act in acts if act.gives]


def only_a_zone_decided(acts: tuple[Act, ...]) -> bool:
    """A refusal stands although a valid grant may have come later: one of the two bears no zone."""
    found = refused_against(acts)
    return found is not None and any(grant.happened.latest > found[0].happened.earliest for grant in found[1])


def only_order_decided(acts: tuple[Act, ...]) -> bool:
    """A refusal stands although a valid grant is of the same second, or arrived after it."""
    found = refused_against(acts)
    return found is not None and any(
        grant.ordered == found[0].ordered or grant.heard > found[0].heard for grant in found[1]
    )


@record_rule("R08")
def no_record(cell: RecordCell) -> bool:
    """Nothing is known for this purpose on this channel, nor is any other purpose consented to there."""
    return not cell.acts and not cell.given_for


@record_rule("R09")
def not_valid(cell: RecordCell) -> bool:
    """The act that stands is neither ConsentGiven nor RenewedConsentGiven."""
    return refused_against(cell.acts) is not None and not order(cell) and not zone(cell)


@record_rule("R10")
def order(cell: RecordCell) -> bool:
    """The same, where only the order of event times, or a tie, made it so."""
    return only_order_decided(cell.acts) and not zone(cell)


@record_rule("R48")
def zone(cell: RecordCell) -> bool:
    """The same, where a time without a zone made it so. A grant that has not begun for certain: event_rules."""
    return only_a_zone_decided(cell.acts)


@record_rule("R12")
def other_purpose(cell: RecordCell) -> bool:
    """Consented to on this channel, but not for this purpose."""
    return not cell.acts and bool(cell.given_for)


@record_rule("R14")
def expired(cell: RecordCell) -> bool:
    """The grant that stands is over: so many months have passed since it was made."""
    last = deciding(cell.acts)
    return last is not None and last.gives and cell.term.is_over(last.event)


@record_rule("R49")
def strictest_term(cell: RecordCell) -> bool:
    """The same, by the parameters for whoever lives nobody knows where."""
    return expired(cell) and cell.term.jurisdiction == UNKNOWN
