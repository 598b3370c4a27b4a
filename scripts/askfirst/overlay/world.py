"""The drawn world: households' persons and everything that is true of them, before a single row is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from askfirst.overlay.clock import AS_OF, Phase
from askfirst.overlay.petitions import Petition
from askfirst.overlay.signals import Browser
from askfirst.overlay.stories import CHANNELS, PURPOSES, Story
from askfirst.overlay.wishes import Dismissal, Frequency

COMING_OF_AGE = 18  # in years


@dataclass(frozen=True, slots=True)
class Told:
    """One story, told of these purposes by the same acts."""

    purposes: tuple[str, ...]
    story: Story


@dataclass(frozen=True, slots=True)
class Suppression:
    """An objection (`reach`: a purpose or `all`) or an unsubscribe (`reach`: a channel).

    Or the erasure of somebody who had the address of a channel before (`reach`: the channel).
    """

    kind: Literal["objection", "unsubscribe", "erasure"]
    reach: str
    phase: Phase
    heard: bool = True  # False: the act lies before as_of, but we learned of it after

    def covers(self, purpose: str, channel: str) -> bool:
        if self.kind == "objection":
            return self.reach in ("all", purpose)
        return self.reach == channel


@dataclass(frozen=True, slots=True)
class Lift:
    """The person's own later grant. In the phase of a suppression it falls on the same second, so it lifts nothing."""

    channel: str
    purposes: tuple[str, ...]
    phase: Phase
    valid: bool = True  # False: a void grant, told only where consent is in force anyway


@dataclass(frozen=True, slots=True)
class Age:
    """What was said of the age. `rule`: R16, R17, or empty for an adult."""

    name: str
    declared_adult: str
    birth_years: tuple[int, ...]
    rule: str = ""

    @property
    def youngest(self) -> int | None:
        """How old at least, as of the year of as_of; None where no year was told."""
        return AS_OF.year - max(self.birth_years) - 1 if self.birth_years else None

    @property
    def says_adult(self) -> bool:
        """By word, or by a year that leaves no doubt; of who turns 18 this year no word from before it counts."""
        ages = {AS_OF.year - year for year in self.birth_years}
        return min(ages, default=0) > COMING_OF_AGE or (self.declared_adult == "true" and COMING_OF_AGE not in ages)


@dataclass(frozen=True, slots=True)
class AddressBook:
    """How the history of one kind of address went; `in_use`: it ends with a usable address.

    `changed`: it became another one then. What changes before the consent stories needs no mention: these are told of
    the newer address.
    """

    name: str
    in_use: bool
    changed: Phase | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that came back; only a hard one that we had heard of by as_of means anything."""

    channel: str
    hard: bool = True
    phase: Phase = Phase.MOVED
    heard: bool = True

    @property
    def counts(self) -> bool:
        return self.hard and self.heard and self.phase is not Phase.AFTER_AS_OF


@dataclass(frozen=True, slots=True)
class Record:
    """One customer record: the unit that consents, objects and is linked."""

    told: Mapping[str, tuple[Told, ...]]
    age: Age
    email: AddressBook
    postal: AddressBook
    suppressions: tuple[Suppression, ...] = ()
    lifts: tuple[Lift, ...] = ()
    malformed: tuple[str, ...] = ()
    misdated: bool = False  # an unsubscribe that claims to lie after its own arrival
    petitions: tuple[Petition, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    guardian: str = ""  # the record of who authorised every consent of this child
    guarded: bool = False  # and that is somebody else, and known to be an adult
    renewed_until: int = 0  # consent to everything is renewed in each January of the years after as_of up to this one
    record_id: str = ""

    def story(self, purpose: str, channel: str) -> Story:
        """The story told of one purpose on one channel. Raises KeyError if none was drawn."""
        for told in self.told[channel]:
            if purpose in told.purposes:
                return told.story
        raise KeyError(f"no story for {purpose} on {channel}")

    def address_changes(self, channel: str) -> tuple[Phase, ...]:
        """When the address of a channel became another one, or bounced for good, as far as is known at as_of."""
        book = self.email if channel == "email" else self.postal
        bounced = [bounce.phase for bounce in self.bounces if bounce.counts and bounce.channel == channel]
        return (*bounced, book.changed) if book.changed is not None else tuple(bounced)


@dataclass(frozen=True, slots=True)
class Switch:
    """Acts on one datum for one purpose; `off`: what is in effect at as_of."""

    datum: str
    purpose: str
    acts: tuple[str, ...]  # states in order; see `rows.switch_rows` for the marks
    off: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person told us of him- or herself; empty text where nothing was told."""

    first_name: str
    last_name: str
    birthday_month: str
    jurisdiction: str
    home: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a household, with one record or more; the first record has the smallest id (the canonical one)."""

    household_id: int
    records: tuple[Record, ...]
    profile: Profile
    tastes: tuple[tuple[str, str], ...] = ()  # (datum, topic)
    expired_tastes: tuple[tuple[str, str], ...] = ()  # stated long ago; of those also among the tastes, stated again
    switches: tuple[Switch, ...] = ()
    dismissals: tuple[Dismissal, ...] = ()
    frequencies: tuple[Frequency, ...] = ()
    mailbox: str = ""  # where several persons gave one e-mail address: its local part
    canary: bool = False
    browser: Browser | None = None
    erased: Phase | None = None  # when they asked for it

    @property
    def person_id(self) -> str:
        return self.records[0].record_id


@dataclass(frozen=True, slots=True)
class Gift:
    """A basket as the buyer described it; a gift where marked, or shipped to another name."""

    basket_id: int
    marked: bool
    ship_to_name: str

    @property
    def counts(self) -> bool:
        return self.marked or bool(self.ship_to_name)


@dataclass(frozen=True, slots=True)
class World:
    """Everything drawn."""

    persons: tuple[Person, ...]
    gifts: tuple[Gift, ...]

    @property
    def records(self) -> Iterator[tuple[Person, Record]]:
        return ((person, record) for person in self.persons for record in person.records)


def local_part(person: Person, record: Record) -> str:
    """What stands before the @ in a record's own e-mail address: nobody else's."""
    return f"{person.profile.first_name}.{person.profile.last_name}.{record.record_id[1:]}".lower()


def cells() -> Iterator[tuple[str, str]]:
    """The grid of a person: every (purpose, channel)."""
    return ((purpose, channel) for purpose in PURPOSES for channel in CHANNELS)
