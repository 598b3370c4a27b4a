"""Write the customer relationship rows: records, addresses, statements, switches, links, gifts, canaries."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, product
from random import Random

from askfirst.overlay import names
from askfirst.overlay.canaries import LAST_DAY
from askfirst.overlay.chance import chance
from askfirst.overlay.clock import AS_OF, Phase, moment, moments, soon, utc_text
from askfirst.overlay.wishes import dismissal_rows, frequency_rows
from askfirst.overlay.world import Person, Record, World, local_part

Row = dict[str, str]


def crm_rows(rng: Random, world: World) -> dict[str, list[Row]]:
    """The rows of every crm table but messages, ids ascending in the order of writing."""
    pairs = list(world.records)
    return {
        "persons": [_record_row(rng, person, record) for person, record in pairs],
        "addresses": numbered("address_id", "A", (row for p, r in pairs for row in _addresses(rng, p, r))),
        "preferences": numbered("statement_id", "S", (row for p in world.persons for row in _tastes(rng, p))),
        "switches": numbered("switch_id", "W", (row for p in world.persons for row in switch_rows(rng, p))),
        "gifts": numbered("gift_id", "G", _gifts(world)),
        "identity_links": numbered("link_id", "L", (row for p in world.persons for row in _links(rng, p))),
        "bounces": numbered("bounce_id", "B", (row for _, r in pairs for row in _bounces(rng, r))),
        "dismissals": numbered("dismissal_id", "D", (row for p in world.persons for row in dismissal_rows(rng, p))),
        "frequencies": numbered("choice_id", "F", (row for p in world.persons for row in frequency_rows(rng, p))),
        "canaries": [
            {"person_id": person.person_id, "household_id": str(person.household_id)}
            for person in world.persons
            if person.canary
        ],
    }


def numbered(column: str, letter: str, rows: Iterator[Row]) -> list[Row]:
    """The rows, each with an id of its own."""
    return [{column: f"{letter}{number:06d}"} | row for number, row in enumerate(rows, start=1)]


def _record_row(rng: Random, person: Person, record: Record) -> Row:
    years = record.age.birth_years
    return {
        "person_id": record.record_id,
        "household_id": str(person.household_id),
        "first_name": person.profile.first_name,
        "last_name": person.profile.last_name,
        "declared_adult": record.age.declared_adult,
        "birth_year": str(rng.choice(years)) if years else "",
        "birthday_month": person.profile.birthday_month,
        "jurisdiction": person.profile.jurisdiction,
        "home": person.profile.home,
        "created_at": utc_text(_joined_at(rng)),
    }


def _joined_at(rng: Random) -> datetime:
    """Within the first days of 2016, before anything else is told."""
    return datetime(2016, 1, 1, tzinfo=AS_OF.tzinfo) + timedelta(seconds=rng.randrange(4 * 24 * 3600))


def _addresses(rng: Random, person: Person, record: Record) -> Iterator[Row]:
    for valid_from, email in _email_history(rng, person, record):
        yield _address(record, "email", valid_from) | {"email": email}
    history = _postal_history(rng, record)
    places = rng.sample(list(product(names.TOWNS, names.STREETS)), len(history))  # who moves comes elsewhere
    for valid_from, ((postcode, city), name) in zip(history, places, strict=True):
        street = f"{name} {int(record.record_id[1:])}"  # a house of their own: nobody shares a letter box
        yield _address(record, "postal", valid_from) | {"street": street, "postcode": postcode, "city": city}


def _address(record: Record, kind: str, valid_from: datetime) -> Row:
    blank = dict.fromkeys(("email", "street", "postcode", "city"), "")
    return {"person_id": record.record_id, "kind": kind} | blank | {"valid_from": utc_text(valid_from)}


def _email_history(rng: Random, person: Person, record: Record) -> list[tuple[datetime, str]]:
    """The e-mail addresses as they came in, oldest first, by the name of the record's book."""
    local = local_part(person, record)
    if person.mailbox and record is person.records[0]:
        local = person.mailbox
    first, second = moments(rng, Phase.EARLY, 2)
    since, since_then = moments(rng, Phase.MOVED, 2)
    after_as_of = moment(rng, Phase.AFTER_AS_OF)
    fine, newer = f"{local}@example.org", f"{local}@example.com"
    broken = rng.choice(
        (f"{local}.example.org", f"{local}@home@example.org", f"{local}@@example.org", "@example.org", f"{local}@")
    )
    histories = {
        "one": [(first, fine)],
        "moved": [(first, fine), (second, newer)],
        "changes after as_of": [(first, fine), (after_as_of, rng.choice((newer, broken)))],
        "broken, then mended": [(first, broken), (second, fine)],
        "told twice": [(first, fine), (since, f"{local.upper()}@example.org")],
        "moved since": [(first, fine), (since, newer)],
        "moved since, and back": [(first, fine), (since, newer), (since_then, fine)],
        "broken since": [(first, fine), (since, broken)],
        "none": [],
        "broken": [(first, broken)],
        "fine, then broken": [(first, fine), (second, broken)],
        "only after as_of": [(after_as_of, fine)],
    }
    return histories[record.email.name]


def _postal_history(rng: Random, record: Record) -> list[datetime]:
    first, second = moments(rng, Phase.EARLY, 2)
    since = moment(rng, Phase.MOVED)
    after_as_of = moment(rng, Phase.AFTER_AS_OF)
    histories = {
        "one": [first],
        "moved": [first, second],
        "moved since": [first, since],
        "changes after as_of": [first, after_as_of],
        "none": [],
        "only after as_of": [after_as_of],
    }
    return histories[record.postal.name]


def _bounces(rng: Random, record: Record) -> Iterator[Row]:
    for bounce in record.bounces:
        happened = moment(rng, bounce.phase)
        heard = soon(rng, happened) if bounce.heard else AS_OF + timedelta(days=rng.randint(1, 9))
        yield {
            "person_id": record.record_id,
            "channel": bounce.channel,
            "kind": "hard" if bounce.hard else "soft",
            "bounced_at": utc_text(happened),
            "received_at": utc_text(heard),
        }


def _tastes(rng: Random, person: Person) -> Iterator[Row]:
    for datum, topic in person.tastes:
        told = yearly() if person.canary else [moment(rng, Phase.TOLD)]
        for stated_at in told:
            yield _statement(person, datum, topic, stated_at)
    for datum, topic in person.expired_tastes:
        yield _statement(person, datum, topic, moment(rng, Phase.PAST_RETENTION))


def yearly() -> list[datetime]:
    """A canary says it again each year, so that it is never past its retention (R47)."""
    return [datetime(year, 1, 15, 9, tzinfo=AS_OF.tzinfo) for year in range(2017, LAST_DAY.year + 1)]


def _statement(person: Person, datum: str, topic: str, stated_at: datetime) -> Row:
    return {"person_id": person.person_id, "datum": datum, "topic": topic, "stated_at": utc_text(stated_at)}


def switch_rows(rng: Random, person: Person) -> Iterator[Row]:
    """A row for each act of a switch; `a=b` are two of one second, `a*` is one after as_of.

    All acts of a switch are told to one record, now and then not the canonical one.
    """
    for switch in person.switches:
        record_id = rng.choice(person.records).record_id
        for act, time in zip(switch.acts, moments(rng, Phase.TOLD, len(switch.acts)), strict=True):
            switched_at = moment(rng, Phase.AFTER_AS_OF) if act.endswith("*") else time
            for state in act.rstrip("*").split("="):
                yield {
                    "person_id": record_id,
                    "datum": switch.datum,
                    "purpose": switch.purpose,
                    "state": state,
                    "switched_at": utc_text(switched_at),
                }


def _gifts(world: World) -> Iterator[Row]:
    for gift in world.gifts:
        marked = "true" if gift.marked else "false"
        yield {"basket_id": str(gift.basket_id), "marked_gift": marked, "ship_to_name": gift.ship_to_name}


def _links(rng: Random, person: Person) -> Iterator[Row]:
    """A link between each record and the next, in either direction, so that three records make a chain."""
    order = [person.records[0], *rng.sample(person.records[1:], len(person.records) - 1)]
    if order[2:] and chance(rng, 0.5):
        order = [order[1], order[0], *order[2:]]
    for one, other in pairwise(order):
        person_id, same_as = rng.sample((one.record_id, other.record_id), 2)
        linked_at = utc_text(moment(rng, Phase.TOLD))
        yield {"person_id": person_id, "same_as": same_as, "linked_at": linked_at}
