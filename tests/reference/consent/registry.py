"""Where the rules register: one small function each, under its number.

A rule of each kind is asked about something else: an event rule about one grant, a record rule about one use of one
customer record, a person rule about one use of one person, an audience rule about one person in one audience, and a
turn rule about the same, where nothing else stands against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.consent.cells import AudienceCell, Grant, PersonCell, RecordCell, TurnCell

Asked = TypeVar("Asked")

EVENT_RULES: dict[str, Callable[[Grant], bool]] = {}
FORM_RULES: set[str] = set()  # of the event rules those that ask what one row of a form says: it is so of all its rows
RECORD_RULES: dict[str, Callable[[RecordCell], bool]] = {}
PERSON_RULES: dict[str, Callable[[PersonCell], bool]] = {}
AUDIENCE_RULES: dict[str, Callable[[AudienceCell], bool]] = {}
TURN_RULES: dict[str, Callable[[TurnCell], bool]] = {}


def _register(
    rules: dict[str, Callable[[Asked], bool]], rule_id: str
) -> Callable[[Callable[[Asked], bool]], Callable[[Asked], bool]]:
    def keep(function: Callable[[Asked], bool]) -> Callable[[Asked], bool]:
        if rule_id in rules:
            raise ValueError(f"{rule_id} is written twice")
        rules[rule_id] = function
        return function

    return keep


def event_rule(rule_id: str) -> Callable[[Callable[[Grant], bool]], Callable[[Grant], bool]]:
    """Register a rule by which a grant gives nothing for a purpose."""
    return _register(EVENT_RULES, rule_id)


def form_rule(rule_id: str) -> Callable[[Callable[[Grant], bool]], Callable[[Grant], bool]]:
    """Register an event rule on the form by which a grant was given."""
    FORM_RULES.add(rule_id)
    return event_rule(rule_id)


def record_rule(rule_id: str) -> Callable[[Callable[[RecordCell], bool]], Callable[[RecordCell], bool]]:
    """Register a rule on what one customer record says of a purpose and channel."""
    return _register(RECORD_RULES, rule_id)


def person_rule(rule_id: str) -> Callable[[Callable[[PersonCell], bool]], Callable[[PersonCell], bool]]:
    """Register a rule on a person, all of whose records are known, and on who else there is."""
    return _register(PERSON_RULES, rule_id)


def audience_rule(rule_id: str) -> Callable[[Callable[[AudienceCell], bool]], Callable[[AudienceCell], bool]]:
    """Register a rule that depends on the audience's data."""
    return _register(AUDIENCE_RULES, rule_id)


def turn_rule(rule_id: str) -> Callable[[Callable[[TurnCell], bool]], Callable[[TurnCell], bool]]:
    """Register a rule on whose turn it is, of the audiences that nothing else stands against."""
    return _register(TURN_RULES, rule_id)


def written() -> frozenset[str]:
    """The numbers of all rules that the reference has, those that only hide data aside."""
    return frozenset().union(EVENT_RULES, RECORD_RULES, PERSON_RULES, AUDIENCE_RULES, TURN_RULES)
