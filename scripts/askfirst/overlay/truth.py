"""What is true of the drawn world, told from the stories; no event is read, and nothing is shared with the models.

Only tests read it. Each function yields rows of text; a rule that shows only in an audience (R35, R38, R41) has its
own table.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from askfirst.overlay.clock import Phase
from askfirst.overlay.stories import PURPOSES
from askfirst.overlay.wishes import Dismissal
from askfirst.overlay.world import Bounce, Person, Record, Suppression, World, cells

# Months after which consent expires (R14); anywhere else, and where nobody knows, the fewest (R49).
TERMS = {"DE": 13, "FR": 13, "AT": 13, "NL": 13, "US-CA": 24}
FEWEST_MONTHS = 12
DIGITAL_AGES = {"DE": 16, "FR": 15, "AT": 14, "NL": 16, "US-CA": 13}  # anywhere else the highest (R16)
HIGHEST_DIGITAL_AGE = 16
MONTHS_SINCE = {Phase.LONG_AGO: 13, Phase.YEAR_AGO: 12}  # at least so many, and not one more that a term names

Row = tuple[str, ...]
Verdicts = dict[tuple[str, str, str], frozenset[str]]
HELD = {  # which of their two addresses, by how the history of their mailbox went
    "one": "first",
    "told twice": "first",
    "changes after as_of": "first",
    "broken, then mended": "first",
    "moved": "second",
}
RULE_OF_SUPPRESSION = {"objection": "R20", "unsubscribe": "R31", "erasure": "R21"}

TRUTH_COLUMNS: dict[str, tuple[str, ...]] = {
    "permissions": ("person_id", "purpose", "channel", "rules"),
    "switches": ("person_id", "purpose", "datum"),
    "household": ("person_id", "purpose", "channel"),
    "gifts": ("basket_id",),
    "erased": ("record_id",),
    "dismissals": ("person_id", "kind", "target"),
    "frequencies": ("person_id", "channel", "messages_left"),
    "expired": ("person_id", "datum", "topic"),
}


def truth_tables(world: World) -> dict[str, list[Row]]:
    """The truth tables by name, each sorted. Who was erased is in none of them but their own."""
    persons = _bounced_for_all(tuple(person for person in world.persons if person.erased is None))
    verdicts = {
        (person.person_id, purpose, channel): person_rules(person, purpose, channel)
        for person in persons
        for purpose, channel in cells()
    }
    for cell in _stopped_at_their_mailbox(persons):
        verdicts[cell] |= {"R53"}
    return {
        "permissions": sorted((*cell, ",".join(sorted(rules))) for cell, rules in verdicts.items()),
        "switches": sorted((p.person_id, s.purpose, s.datum) for p in persons for s in p.switches if s.off),
        "household": sorted(_held_back_by_household(persons, verdicts)),
        "dismissals": sorted({(p.person_id, *_hidden(d)) for p in persons for d in p.dismissals if d.hidden}),
        "frequencies": sorted((p.person_id, f.channel, str(f.left)) for p in persons for f in p.frequencies),
        "expired": sorted((p.person_id, *taste) for p in persons for taste in {*p.expired_tastes} - {*p.tastes}),
        "erased": sorted((r.record_id,) for p, r in world.records if p.erased is not None),
        "gifts": sorted({(str(gift.basket_id),) for gift in world.gifts if gift.counts}),
    }


def _hidden(dismissal: Dismissal) -> tuple[str, str]:
    """R36: the campaign; of a product, the topic that it is of."""
    return ("campaign", dismissal.target) if dismissal.kind == "campaign" else ("topic", dismissal.topic)


def person_rules(person: Person, purpose: str, channel: str) -> frozenset[str]:
    """Every rule that keeps this person out of a purpose on a channel, but for those of an audience or a mailbox."""
    choices = [_record_rules(record, purpose, channel, person.profile.jurisdiction) for record in person.records]
    rules = set[str]().union(*choices)
    if any(choices) and not all(choices):
        rules.add("R34")
    if purpose == "partner_sharing":
        rules.add("R39")
        if person.browser and person.browser.opts_out:
            rules.add("R23")
    if age_rule := _age_rule(person):
        rules.add(age_rule)
    rules |= {petition.rule for record in person.records for petition in record.petitions if petition.rule}
    if age_rule == "R17" and _needs_a_guardian(person) and not _authorised(person, purpose, channel):
        rules.add("R16")
    canonical = person.records[0]
    if not (canonical.email if channel == "email" else canonical.postal).in_use:
        rules.add("R52")
    return frozenset(rules)


def _record_rules(record: Record, purpose: str, channel: str, jurisdiction: str) -> frozenset[str]:
    """What the choices, objections, malformed events and addresses of one record alone exclude."""
    rules = _choice_rules(record, purpose, channel, jurisdiction) | _standing(record, purpose, channel)
    moved = {"R44"} if _moved_since(record, purpose, channel) else set[str]()
    return rules | _unreadable(record) | moved


def _refusals(record: Record, purpose: str, channel: str) -> frozenset[str]:
    """What was said against it beside consent, or may have been: it closes the mailbox for others too."""
    return (_standing(record, purpose, channel) & {"R20", "R31"}) | _unreadable(record)


def _standing(record: Record, purpose: str, channel: str) -> frozenset[str]:
    return frozenset(
        RULE_OF_SUPPRESSION[suppression.kind]
        for suppression in record.suppressions
        if _stands(suppression, record, purpose, channel)
    )


def _unreadable(record: Record) -> frozenset[str]:
    return frozenset({"R40"} if record.malformed or record.misdated else ())


def _choice_rules(record: Record, purpose: str, channel: str, jurisdiction: str) -> frozenset[str]:
    if _given(record, purpose, channel, jurisdiction):
        return frozenset()
    story = record.story(purpose, channel)
    if story.given:
        return frozenset({"R14"} if jurisdiction in TERMS else {"R14", "R49"})
    if not story.silent:
        return story.rules
    others = (other for other in PURPOSES if other != purpose)
    given = any(_given(record, other, channel, jurisdiction) for other in others)
    return frozenset({"R12" if given else "R08"})


def _given(record: Record, purpose: str, channel: str, jurisdiction: str) -> bool:
    lifted = any(lift.valid and lift.channel == channel and purpose in lift.purposes for lift in record.lifts)
    story = record.story(purpose, channel)
    return lifted or (story.given and not _expired(story.since, jurisdiction))


def _expired(since: Phase, jurisdiction: str) -> bool:
    return TERMS.get(jurisdiction, FEWEST_MONTHS) <= MONTHS_SINCE.get(since, 0)


def _stands(suppression: Suppression, record: Record, purpose: str, channel: str) -> bool:
    """Whether it counts here and no valid grant came later."""
    if not suppression.covers(purpose, channel) or not suppression.heard or suppression.phase is Phase.AFTER_AS_OF:
        return False
    return not any(phase > suppression.phase for phase in _grants(record, purpose, channel))


def _grants(record: Record, purpose: str, channel: str) -> list[Phase]:
    """When a valid grant was made."""
    grants = [
        lift.phase for lift in record.lifts if lift.valid and lift.channel == channel and purpose in lift.purposes
    ]
    if record.story(purpose, channel).granted:
        grants.append(record.story(purpose, channel).since)
    return grants


def _moved_since(record: Record, purpose: str, channel: str) -> bool:
    """R44: there was consent, and the address has become another one since."""
    grants, changes = _grants(record, purpose, channel), record.address_changes(channel)
    return bool(grants and changes) and max(changes) > max(grants)


def _age_rule(person: Person) -> str:
    """R17 if any record says minor; else what the canonical record leaves open."""
    if any(record.age.rule == "R17" for record in person.records):
        return "R17"
    return person.records[0].age.rule


def _is_child(person: Person) -> bool:
    """A minor whom no record calls an adult."""
    return _age_rule(person) == "R17" and not any(record.age.says_adult for record in person.records)


def _needs_a_guardian(person: Person) -> bool:
    """Under the digital age of where they live, or of an age that nobody told."""
    told = [record.age.youngest for record in person.records if record.age.youngest is not None]
    return not told or min(told) < DIGITAL_AGES.get(person.profile.jurisdiction, HIGHEST_DIGITAL_AGE)


def _authorised(person: Person, purpose: str, channel: str) -> bool:
    """Whether a guardian authorised the consent that stands, in every record."""
    jurisdiction = person.profile.jurisdiction
    return all(record.guarded and _given(record, purpose, channel, jurisdiction) for record in person.records)


def _bounced_for_all(persons: tuple[Person, ...]) -> tuple[Person, ...]:
    """The persons, each with whatever bounced at the mailbox that they have, whoever of them it was sent to (R44)."""
    bounced = defaultdict[tuple[str, str], list[Bounce]](list)
    for person in persons:
        if place := _held(person):
            bounced[place].extend(bounce for bounce in person.records[0].bounces if bounce.channel == "email")
    return tuple(
        replace(person, records=(replace(first, bounces=(*first.bounces, *bounced[place])), *others))
        if (place := _held(person))
        else person
        for person in persons
        for first, *others in (person.records,)
    )


def _held(person: Person) -> tuple[str, str] | None:
    """The mailbox that a person shares, while bounces can matter; None for no such one."""
    which = HELD.get(person.records[0].email.name)
    return (person.mailbox, which) if person.mailbox and which else None


def _stopped_at_their_mailbox(persons: tuple[Person, ...]) -> Iterator[tuple[str, str, str]]:
    """R53: somebody else who reads the same mailbox has refused, or may have."""
    readers = defaultdict[str, list[Person]](list)
    for person in persons:
        if person.mailbox:
            readers[person.mailbox].append(person)
    for sharing in readers.values():
        for purpose in PURPOSES:
            refusing = {p.person_id for p in sharing if any(_refusals(r, purpose, "email") for r in p.records)}
            yield from (
                (p.person_id, purpose, "email")
                for p in sharing
                if refusing - {p.person_id} and p.records[0].email.in_use
            )


def _held_back_by_household(persons: tuple[Person, ...], verdicts: Verdicts) -> Iterator[Row]:
    """R41: another known adult of the household does not permit it, or has purchases switched off for the purpose."""
    households = defaultdict[int, list[Person]](list)
    for person in persons:
        households[person.household_id].append(person)
    for members in households.values():
        adults = [person for person in members if not _is_child(person)]
        for purpose, channel in cells():
            unwilling = {
                adult.person_id
                for adult in adults
                if verdicts[adult.person_id, purpose, channel]
                or any(s.off and s.datum == "purchases" and s.purpose == purpose for s in adult.switches)
            }
            for person in members:
                if unwilling - {person.person_id}:
                    yield person.person_id, purpose, channel
