"""R08 to R12: what the known acts of one record come to, for one purpose and channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.registry import record_rule

if TYPE_CHECKING:
    from tests.reference.consent.cells import Act, RecordCell, Rules


def deciding(acts: tuple[Act, ...]) -> Act | None:
    """The act that stands at the end: the latest by event time that counts; a tie goes to what is no grant (R10)."""
    counting = [act for act in acts if act.counts]
    return max(counting, key=lambda act: (act.event.happened, not act.event.is_grant, act.event.event_id), default=None)


def is_given(acts: tuple[Act, ...]) -> bool:
    """Whether consent stands."""
    last = deciding(acts)
    return last is not None and last.gives


def void_by(acts: tuple[Act, ...]) -> Rules:
    """Where there were only void grants: why the last of them is void."""
    if not acts or any(act.counts for act in acts):
        return frozenset()
    last = max(acts, key=lambda act: (act.event.happened, act.event.heard, act.event.event_id))
    return last.void_by


def only_order_decided(acts: tuple[Act, ...]) -> bool:
    """A withdrawal stands although a valid grant is of the same second, or arrived after it."""
    last = deciding(acts)
    if last is None or last.gives:
        return False
    grants = [act.event for act in acts if act.gives]
    return any(grant.happened == last.event.happened or grant.heard > last.event.heard for grant in grants)


@record_rule("R08")
def no_record(cell: RecordCell) -> bool:
    """Nothing is known for this purpose on this channel, nor is any other purpose consented to there."""
    return not cell.acts and not cell.given_for


@record_rule("R09")
def not_valid(cell: RecordCell) -> bool:
    """The act that stands is neither ConsentGiven nor RenewedConsentGiven."""
    last = deciding(cell.acts)
    return last is not None and not last.gives and not only_order_decided(cell.acts)


@record_rule("R10")
def order(cell: RecordCell) -> bool:
    """The same, where only the order of event times, or a tie, made it so."""
    return only_order_decided(cell.acts)


@record_rule("R12")
def other_purpose(cell: RecordCell) -> bool:
    """Consented to on this channel, but not for this purpose."""
    return not cell.acts and bool(cell.given_for)
