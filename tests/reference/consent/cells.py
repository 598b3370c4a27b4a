"""What a rule is asked about: a grant, or one use (purpose, channel) of a record or a person, and all it may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reference.consent.clock import months_later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.reference.consent.people import People, Person
    from tests.reference.consent.reading import Consent, Refusal
    from tests.reference.consent.requests import Request
    from tests.reference.consent.vocabulary import Audience, Notice, Purpose, Vocabulary

Rules = frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant, as far as it is about one purpose, as of an instant.

    ``notice`` is the version that it names, if that is one of ours; ``definition`` what the purpose is to us; ``act``
    all purposes of the act that it is of: one form may have come as several rows.
    """

    event: Consent
    purpose: str
    definition: Purpose
    notice: Notice | None
    act: frozenset[str]
    confirmations: tuple[Consent, ...]  # what says that it confirms this grant, known by then
    proofs: Mapping[str, datetime]  # of each proof of the record: when the act that it shows happened, at the earliest
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A consent event as it stands for one purpose: ``void_by`` the event rules that make a grant give nothing."""

    event: Consent
    void_by: Rules

    @property
    def counts(self) -> bool:
        """Whether it gives or takes anything."""
        return not self.void_by

    @property
    def gives(self) -> bool:
        """Whether it is a valid grant."""
        return self.event.is_grant and self.counts


@dataclass(frozen=True, slots=True)
class Term:
    """For how long consent of one record holds, as of an instant (decision 0016)."""

    jurisdiction: str
    months: int
    as_of: datetime

    def is_over(self, event: Consent) -> bool:
        """Whether what an event gave has expired; what bears no zone is as old as it can be."""
        return months_later(event.happened.earliest, self.months) <= self.as_of


@dataclass(frozen=True, slots=True)
class RecordCell:
    """One use of one record. ``acts`` are those known; ``given_for`` the purposes consented to on this channel."""

    record: str
    purpose: str
    channel: str
    acts: tuple[Act, ...]
    given_for: Rules
    refusals: tuple[Refusal, ...]
    is_suspended: bool
    term: Term
    suppressed_at: datetime | None  # when somebody of the same address was erased (R21)
    moved_at: datetime | None  # when the address changed last, or may have (R44)

    @property
    def last_grant(self) -> datetime | None:
        """When the latest valid grant was made, at the earliest; it may have expired since."""
        return max((act.event.ordered for act in self.acts if act.gives), default=None)


@dataclass(frozen=True, slots=True)
class PersonCell:
    """One use of one person; ``by_record`` holds what the record rules say of every record there is, for this use."""

    person: Person
    purpose: str
    channel: str
    by_record: Mapping[str, Rules]
    standing: Mapping[str, Consent | None]  # by record: the grant by which consent stands for this use
    requests: tuple[Request, ...]
    signalled: frozenset[str]  # the records that a privacy signal is about
    people: People
    words: Vocabulary
    as_of: datetime


@dataclass(frozen=True, slots=True)
class AudienceCell:
    """One person in one audience; ``rules_of`` has the rules against every person for its purpose and channel."""

    person: Person
    audience: Audience
    rules_of: Mapping[str, Rules]
    switched_off: frozenset[tuple[str, str, str]]  # person, datum, purpose
    hidden: frozenset[tuple[str, str, str]]  # person, kind, what
    people: People


@dataclass(frozen=True, slots=True)
class TurnCell:
    """One person in one audience that nothing else stands against; ``place`` counts these on the channel, from 1."""

    person: Person
    audience: Audience
    place: int
    messages_left: int | None  # on the channel; None where no maximum was chosen
