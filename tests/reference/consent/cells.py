"""What a rule is asked about: a grant, or one use (purpose, channel) of a record or a person, and all it may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.reference.consent.people import People, Person
    from tests.reference.consent.reading import Consent, Refusal
    from tests.reference.consent.vocabulary import Audience, Notice, Vocabulary

Rules = frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant, as far as it is about one purpose; ``notice`` is the version that it names, if that is one of ours."""

    event: Consent
    purpose: str
    notice: Notice | None


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
class RecordCell:
    """One use of one record. ``acts`` are those known; ``given_for`` the purposes consented to on this channel."""

    record: str
    purpose: str
    channel: str
    acts: tuple[Act, ...]
    given_for: Rules
    refusals: tuple[Refusal, ...]
    is_suspended: bool

    @property
    def last_grant(self) -> datetime | None:
        """When the latest valid grant was made."""
        return max((act.event.happened for act in self.acts if act.gives), default=None)


@dataclass(frozen=True, slots=True)
class PersonCell:
    """One use of one person; ``by_record`` holds what the record rules say of every record there is, for this use."""

    person: Person
    purpose: str
    channel: str
    by_record: Mapping[str, Rules]
    people: People
    words: Vocabulary


@dataclass(frozen=True, slots=True)
class AudienceCell:
    """One person in one audience; ``rules_of`` has the rules against every person for its purpose and channel."""

    person: Person
    audience: Audience
    rules_of: Mapping[str, Rules]
    switched_off: frozenset[tuple[str, str, str]]  # person, datum, purpose
    people: People
