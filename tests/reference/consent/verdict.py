"""The reference's answer: every rule against every person, for every use and every audience."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.reference.consent import (
    address_changes,
    audience_rules,
    choice_rules,
    erasure,
    event_rules,
    notice_rules,
    person_rules,
    reading,
    refusal_rules,
    registry,
    requests,
    retention,
    signals,
    wishes,
)
from tests.reference.consent.cells import Act, AudienceCell, Grant, PersonCell, RecordCell, Term, TurnCell
from tests.reference.consent.gifts import gift_baskets
from tests.reference.consent.people import read_people
from tests.reference.consent.switches import switched_off
from tests.reference.consent.words import proof

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from tests.reference.consent.cells import Rules
    from tests.reference.consent.erasure import Listed
    from tests.reference.consent.people import People
    from tests.reference.consent.reading import Consent, Refusal
    from tests.reference.consent.records import EventRow, History, ObjectionRow, RequestRow, UnsubscribeRow
    from tests.reference.consent.requests import Request
    from tests.reference.consent.vocabulary import Vocabulary

RULES = (
    address_changes,
    audience_rules,
    choice_rules,
    erasure,
    event_rules,
    notice_rules,
    person_rules,
    refusal_rules,
    requests,
    signals,
    wishes,
)  # imported, so that they register
DATA_RULES = frozenset({"R38", "R47"})  # they take a datum away, and nobody out

Asked = TypeVar("Asked")
Key = TypeVar("Key")
Said = TypeVar("Said", "Consent", "Refusal")
Facts = frozenset[tuple[str, ...]]
Use = tuple[str, str, str]  # person (or record), purpose, channel


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rules by (person, purpose, channel) and by (audience, person), and what may not be used or shown beside."""

    rules: Mapping[Use, Rules]
    audiences: Mapping[tuple[str, str], Rules]
    switched_off: frozenset[tuple[str, str, str]]
    hidden: frozenset[tuple[str, str, str]]
    favourites: frozenset[tuple[str, str, str]]  # that may be used
    named: frozenset[tuple[str, str]]  # whose first name and month of birth may be, by what was told
    taken: Mapping[str, AbstractSet[str]]  # by rule: of whom it takes a datum away; for counting, and told as no fact
    bought: frozenset[int]  # baskets that may be used
    gifts: frozenset[int]  # those of them that say nothing about the buyer

    def facts(self, words: Vocabulary) -> Facts:
        """All of it as tuples of text, the first rule by priority with each audience."""
        uses = {("use", *use, listed(rules)) for use, rules in self.rules.items()}
        audiences = {
            ("audience", person, audience, listed(rules), words.first(rules) or "")
            for (audience, person), rules in self.audiences.items()
        }
        others = {"switch": self.switched_off, "hidden": self.hidden, "favourite": self.favourites, "named": self.named}
        told = {(kind, *fact) for kind, facts in others.items() for fact in facts}
        baskets = {"bought": self.bought, "gift": self.gifts}
        held = {(kind, str(basket)) for kind, found in baskets.items() for basket in found}
        return frozenset().union(uses, audiences, told, held)


def listed(rules: Rules) -> str:
    """Rules as the models list them."""
    return ",".join(sorted(rules))


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the permission tables of a history say at an instant, by record."""

    consents: Mapping[str, tuple[Consent, ...]]
    refusals: Mapping[str, tuple[Refusal, ...]]
    requests: tuple[Request, ...]
    signalled: frozenset[str]
    suspended: frozenset[str]
    suppressed: Mapping[tuple[str, str], datetime]  # by record and kind of address
    moved: Mapping[tuple[str, str], datetime]  # by record and channel
    as_of: datetime

    @property
    def records(self) -> frozenset[str]:
        """Every record that said anything."""
        return self.suspended.union(self.consents, self.refusals)


def rules_against(history: History, words: Vocabulary, as_of: datetime) -> Verdict:
    """Judge a history as of an instant."""
    gone = erasure.erased(history.requests, history.identity_links, as_of)
    left = erasure.without(history, gone)
    people = read_people(left, as_of)
    permissions = read_permissions(left, people, erasure.suppression_list(history, words, as_of), words, as_of)
    rules = rules_of_people(people, permissions, words)
    off = switched_off(left, people, words, as_of)
    hidden = wishes.hidden(left, people, words, as_of)
    named = retention.named(people, words, as_of)
    against = dict(audience_verdicts(rules, off, hidden, people, words))
    with_turns = against | dict(used_up(against, wishes.messages_left(left, people, words, as_of), people, words))
    used, past = retention.favourites(left, people, words, as_of)
    bought = retention.bought(left, erasure.households(history, as_of), words, as_of)
    baskets = frozenset(line.basket_id for line in bought)
    gifts = gift_baskets(left.gifts, baskets)
    homes = {line.household_id for line in bought if line.basket_id in gifts}
    givers = {person.person_id for person in people.persons if person.households & homes}
    taken = {"R35": {person for person, *_ in off}, "R38": givers, "R47": {person for person, *_ in past}}
    return Verdict(rules, with_turns, off, hidden, used, named, taken, baskets, gifts)


def rules_of_people(people: People, permissions: Permissions, words: Vocabulary) -> dict[Use, Rules]:
    """Every rule against each use of each person."""
    records = {record for person in people.persons for record in person.records}.union(permissions.records)
    rules: dict[Use, Rules] = {}
    judged = {record: judge_record(permissions, words, record, people) for record in sorted(records)}
    for purpose, channel in words.cells:
        here = {record: found.rules[purpose, channel] for record, found in judged.items()}
        standing = {record: found.given.get((purpose, channel)) for record, found in judged.items()}
        for person in people.persons:
            cell = PersonCell(
                person=person,
                purpose=purpose,
                channel=channel,
                by_record=here,
                standing=standing,
                requests=permissions.requests,
                signalled=permissions.signalled,
                people=people,
                words=words,
                as_of=permissions.as_of,
            )
            rules[person.person_id, purpose, channel] = asked(registry.PERSON_RULES, cell).union(
                *(here[record] for record in person.records)
            )
    return rules


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
    jurisdiction = words.jurisdiction_of(people.place_of(record))
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
            suppressed_at=permissions.suppressed.get((record, words.address_kinds[channel])),
            moved_at=permissions.moved.get((record, channel)),
        )
        found[purpose, channel] = asked(registry.RECORD_RULES, cell) | choice_rules.void_by(cell.acts)
    return Record(found, given)


@dataclass(frozen=True)
class Grants:
    """One record's grants by the form that they were given on, and what confirms each: one form may be several rows."""

    forms: Mapping[tuple[object, ...], tuple[Consent, ...]]
    confirmations: Mapping[str, tuple[Consent, ...]]
    proofs: Mapping[str, datetime]
    words: Vocabulary
    as_of: datetime

    def void_by(self, event: Consent, purpose: str) -> Rules:
        """The event rules by which a grant gives nothing; of what one row of its form says all are."""
        of_the_form = (self.asked_of(row, min(row.purposes)) for row in self.forms[form_of(event)])
        return self.asked_of(event, purpose) | (frozenset[str]().union(*of_the_form) & registry.FORM_RULES)

    def asked_of(self, event: Consent, purpose: str) -> Rules:
        """The event rules against what one row says of one purpose."""
        notice = self.words.notices.get(reading.said(event.form.privacy_notice))
        act = frozenset[str]().union(*(row.purposes for row in self.forms[form_of(event)]))
        confirming = self.confirmations.get(event.event_id, ())
        grant = Grant(
            event=event,
            purpose=purpose,
            definition=self.words.definitions[purpose],
            notice=notice,
            act=act,
            confirmations=confirming,
            proofs=self.proofs,
            as_of=self.as_of,
        )
        return asked(registry.EVENT_RULES, grant)


def acts_of(consents: Sequence[Consent], words: Vocabulary, as_of: datetime) -> dict[tuple[str, str], tuple[Act, ...]]:
    """The acts of one record by purpose and channel, each grant judged by the event rules. Confirmations are none."""
    confirming = grouped([event for event in consents if event.confirms], form_of)
    free = [rows for rows in confirming.values() if all(notice_rules.is_own_free_act(row.form, words) for row in rows)]
    given = [event for event in consents if event.is_grant]
    grants = Grants(
        forms=grouped(given, form_of),
        confirmations=grouped(itertools.chain.from_iterable(free), lambda event: event.confirms),
        proofs=first_uses(consents),
        words=words,
        as_of=as_of,
    )
    acts = defaultdict[tuple[str, str], list[Act]](list)
    for event in consents:
        for purpose in () if event.confirms else event.purposes:
            void = grants.void_by(event, purpose) if event.is_grant else frozenset()
            acts[purpose, event.channel].append(Act(event, void))
    return {cell: tuple(found) for cell, found in acts.items()}


def first_uses(consents: Sequence[Consent]) -> dict[str, datetime]:
    """When the first act of each proof happened, at the earliest; a confirmation may bear the proof of its grant."""
    proofs = {event.event_id: proof(event.form) for event in consents if event.is_grant}
    first: dict[str, datetime] = {}
    for event in consents:
        shown = proof(event.form)
        if shown and not (event.confirms and proofs.get(event.confirms) == shown):
            first[shown] = min(first.get(shown, event.happened.earliest), event.happened.earliest)
    return first


def grouped(events: Iterable[Consent], key: Callable[[Consent], Key]) -> dict[Key, tuple[Consent, ...]]:
    """Events by what they have in common."""
    found: dict[Key, tuple[Consent, ...]] = {}
    for event in events:
        found[key(event)] = (*found.get(key(event), ()), event)
    return found


def form_of(event: Consent) -> tuple[object, ...]:
    """What is the same of all rows of one form: its proof, and when it was filled in."""
    return proof(event.form), event.happened


def audience_verdicts(
    rules: Mapping[Use, Rules],
    off: frozenset[tuple[str, str, str]],
    hidden: frozenset[tuple[str, str, str]],
    people: People,
    words: Vocabulary,
) -> Iterator[tuple[tuple[str, str], Rules]]:
    """Every rule against each person in each audience."""
    for audience in words.audiences:
        here = {
            person.person_id: rules[person.person_id, audience.purpose, audience.channel] for person in people.persons
        }
        for person in people.persons:
            against = asked(registry.AUDIENCE_RULES, AudienceCell(person, audience, here, off, hidden, people))
            yield (audience.name, person.person_id), here[person.person_id] | against


def used_up(
    against: Mapping[tuple[str, str], Rules], left: Mapping[tuple[str, str], int], people: People, words: Vocabulary
) -> Iterator[tuple[tuple[str, str], Rules]]:
    """The turn rules, for each person in each audience that nothing else stands against, in the audiences' order."""
    for person in people.persons:
        for channel in words.channels:
            open_ones = [
                audience
                for audience in sorted(words.audiences, key=lambda audience: audience.turn)
                if audience.channel == channel and not against[audience.name, person.person_id]
            ]
            for place, audience in enumerate(open_ones, start=1):
                cell = TurnCell(person, audience, place, left.get((person.person_id, channel)))
                yield (audience.name, person.person_id), asked(registry.TURN_RULES, cell)


def read_permissions(
    history: History, people: People, listed: Iterable[Listed], words: Vocabulary, as_of: datetime
) -> Permissions:
    """Sort the permission tables, and keep what had arrived by ``as_of``; ``listed`` are the erased addresses."""
    events = reading.sort_events(history.events, words)
    objections = reading.sort_objections(history.objections, words)
    unsubscribes = reading.sort_unsubscribes(history.unsubscribes, words)
    refusals = (*map(reading.objection_of, objections.accepted), *map(reading.unsubscribe_of, unsubscribes.accepted))
    asked_for = requests.sort_requests(history.requests)
    rejected: tuple[EventRow | ObjectionRow | UnsubscribeRow | RequestRow, ...]
    rejected = (*events.rejected, *objections.rejected, *unsubscribes.rejected, *asked_for.rejected)
    suspended = {reading.said(row.person_id) for row in rejected}
    return Permissions(
        consents=by_record(consent for consent in map(reading.consent_of, events.accepted) if consent.heard <= as_of),
        refusals=by_record(refusal for refusal in refusals if refusal.heard <= as_of),
        requests=tuple(requests.known_requests(asked_for, as_of)),
        signalled=signals.signalled(history.privacy_signals, as_of),
        suspended=frozenset(suspended - {""}),
        suppressed=erasure.suppressed(history.addresses, people, listed, as_of),
        moved=address_changes.last_changes(history, people, words, as_of),
        as_of=as_of,
    )


def by_record(said: Iterable[Said]) -> dict[str, tuple[Said, ...]]:
    """What each record said."""
    found = defaultdict[str, list[Said]](list)
    for act in said:
        found[act.record].append(act)
    return {record: tuple(acts) for record, acts in found.items()}
