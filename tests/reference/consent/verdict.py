"""The reference's answer: every rule against every person, for every use and every audience."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.reference.consent import (
    audience_rules,
    choice_rules,
    event_rules,
    notice_rules,
    person_rules,
    reading,
    refusal_rules,
    registry,
)
from tests.reference.consent.cells import Act, AudienceCell, Grant, PersonCell, RecordCell, Term
from tests.reference.consent.gifts import gift_baskets
from tests.reference.consent.people import read_people
from tests.reference.consent.switches import switched_off

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tests.reference.consent.cells import Rules
    from tests.reference.consent.people import People
    from tests.reference.consent.reading import Consent, Refusal
    from tests.reference.consent.records import EventRow, History, ObjectionRow, UnsubscribeRow
    from tests.reference.consent.vocabulary import Vocabulary

RULES = (
    audience_rules,
    choice_rules,
    event_rules,
    notice_rules,
    person_rules,
    refusal_rules,
)  # imported, so that they register
BASKET_RULES = frozenset({"R38"})

Asked = TypeVar("Asked")
Said = TypeVar("Said", "Consent", "Refusal")
Facts = frozenset[tuple[str, ...]]
Use = tuple[str, str, str]  # person (or record), purpose, channel


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rules by (person, purpose, channel) and by (audience, person); switches that are off; baskets that were gifts."""

    rules: Mapping[Use, Rules]
    audiences: Mapping[tuple[str, str], Rules]
    switched_off: frozenset[tuple[str, str, str]]
    gifts: frozenset[int]

    def facts(self, words: Vocabulary) -> Facts:
        """All of it as tuples of text, the first rule by priority with each audience."""
        uses = {("use", *use, listed(rules)) for use, rules in self.rules.items()}
        audiences = {
            ("audience", person, audience, listed(rules), words.first(rules) or "")
            for (audience, person), rules in self.audiences.items()
        }
        switches = {("switch", *switch) for switch in self.switched_off}
        return frozenset().union(uses, audiences, switches, {("gift", str(basket)) for basket in self.gifts})


def listed(rules: Rules) -> str:
    """Rules as the models list them."""
    return ",".join(sorted(rules))


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the permission tables of a history say at an instant, by record."""

    consents: Mapping[str, tuple[Consent, ...]]
    refusals: Mapping[str, tuple[Refusal, ...]]
    suspended: frozenset[str]
    as_of: datetime

    @property
    def records(self) -> frozenset[str]:
        """Every record that said anything."""
        return self.suspended.union(self.consents, self.refusals)


def rules_against(history: History, words: Vocabulary, as_of: datetime) -> Verdict:
    """Judge a history as of an instant."""
    people = read_people(history, as_of)
    permissions = read_permissions(history, words, as_of)
    records = {record for person in people.persons for record in person.records}.union(permissions.records)
    rules: dict[Use, Rules] = {}
    judged = {record: judge_record(permissions, words, record, people) for record in sorted(records)}
    for purpose, channel in words.cells:
        here = {record: found.rules[purpose, channel] for record, found in judged.items()}
        standing = {record: found.given.get((purpose, channel)) for record, found in judged.items()}
        for person in people.persons:
            cell = PersonCell(person, purpose, channel, here, standing, people, words)
            rules[person.person_id, purpose, channel] = asked(registry.PERSON_RULES, cell).union(
                *(here[record] for record in person.records)
            )
    off = switched_off(history, people, words, as_of)
    audiences = dict(audience_verdicts(rules, off, people, words))
    return Verdict(rules, audiences, off, gift_baskets(history))


def asked(rules: Mapping[str, Callable[[Asked], bool]], about: Asked) -> Rules:
    """The rules that say yes."""
    return frozenset(rule_id for rule_id, rule in rules.items() if rule(about))


@dataclass(frozen=True, slots=True)
class Record:
    """What one record alone comes to, by purpose and channel: the rules against it, and the grants that stand."""

    rules: Mapping[tuple[str, str], Rules]
    given: Mapping[tuple[str, str], Consent]


def judge_record(permissions: Permissions, words: Vocabulary, record: str, people: People) -> Record:
    """Every rule against each use of one record, from what that record alone says."""
    jurisdiction = words.jurisdiction_of(people.jurisdictions.get(record))
    term = Term(jurisdiction, words.parameters[jurisdiction].consent_months, permissions.as_of)
    acts = acts_of(permissions.consents.get(record, ()), words, permissions.as_of)
    standing = {cell: choice_rules.given_by(known, term) for cell, known in acts.items()}
    given = {cell: grant for cell, grant in standing.items() if grant is not None}
    found = {}
    for purpose, channel in words.cells:
        cell = RecordCell(
            record=record,
            purpose=purpose,
            channel=channel,
            acts=acts.get((purpose, channel), ()),
            given_for=frozenset(other for other, there in given if there == channel),
            refusals=permissions.refusals.get(record, ()),
            is_suspended=record in permissions.suspended,
            term=term,
        )
        found[purpose, channel] = asked(registry.RECORD_RULES, cell) | choice_rules.void_by(cell.acts)
    return Record(found, given)


def acts_of(consents: Sequence[Consent], words: Vocabulary, as_of: datetime) -> dict[tuple[str, str], tuple[Act, ...]]:
    """The acts of one record by purpose and channel, each grant judged by the event rules. Confirmations are none."""
    confirmations: defaultdict[str, list[Consent]] = defaultdict(list)
    for event in consents:
        if event.confirms:
            confirmations[event.confirms].append(event)
    acts = defaultdict[tuple[str, str], list[Act]](list)
    for event in consents:
        if event.confirms:
            continue
        notice = words.notices.get(reading.said(event.form.privacy_notice))
        confirming = tuple(confirmations[event.event_id])
        for purpose in event.purposes:
            grant = Grant(event, purpose, words.definitions[purpose], notice, confirming, as_of)
            void = asked(registry.EVENT_RULES, grant) if event.is_grant else frozenset()
            acts[purpose, event.channel].append(Act(event, void))
    return {cell: tuple(found) for cell, found in acts.items()}


def audience_verdicts(
    rules: Mapping[Use, Rules], off: frozenset[tuple[str, str, str]], people: People, words: Vocabulary
) -> Iterator[tuple[tuple[str, str], Rules]]:
    """Every rule against each person in each audience."""
    for audience in words.audiences:
        here = {
            person.person_id: rules[person.person_id, audience.purpose, audience.channel] for person in people.persons
        }
        for person in people.persons:
            against = asked(registry.AUDIENCE_RULES, AudienceCell(person, audience, here, off, people))
            yield (audience.name, person.person_id), here[person.person_id] | against


def read_permissions(history: History, words: Vocabulary, as_of: datetime) -> Permissions:
    """Sort the permission tables, and keep what had arrived by ``as_of``."""
    events = reading.sort_events(history.events, words)
    objections = reading.sort_objections(history.objections, words)
    unsubscribes = reading.sort_unsubscribes(history.unsubscribes, words)
    refusals = (*map(reading.objection_of, objections.accepted), *map(reading.unsubscribe_of, unsubscribes.accepted))
    rejected: tuple[EventRow | ObjectionRow | UnsubscribeRow, ...]
    rejected = (*events.rejected, *objections.rejected, *unsubscribes.rejected)
    suspended = {reading.said(row.person_id) for row in rejected}
    return Permissions(
        consents=by_record(consent for consent in map(reading.consent_of, events.accepted) if consent.heard <= as_of),
        refusals=by_record(refusal for refusal in refusals if refusal.heard <= as_of),
        suspended=frozenset(suspended - {""}),
        as_of=as_of,
    )


def by_record(said: Iterable[Said]) -> dict[str, tuple[Said, ...]]:
    """What each record said."""
    found = defaultdict[str, list[Said]](list)
    for act in said:
        found[act.record].append(act)
    return {record: tuple(acts) for record, acts in found.items()}
