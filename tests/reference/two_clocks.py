"""What was allowed at one instant, as known at another: in plain Python, from the rules' text and not from the models.

Every question is answered anew from the acts that had happened and were known. Nothing is kept between two questions,
so nothing of what makes a history difficult (intervals, steps, phases) is here.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True)
class No:
    """An objection or an unsubscribe, for one record, purpose and channel."""

    act_id: str
    happened: datetime
    arrived: datetime


@dataclass(frozen=True)
class Confirmation:
    """An act that confirms a grant."""

    happened: datetime
    arrived: datetime


@dataclass(frozen=True)
class Act:
    """A consent event of one record, purpose and channel, between its earliest and its latest possible time.

    ``void`` names a rule by which a grant gives nothing for good; ``pending`` says that it has to be confirmed.
    """

    act_id: str
    earliest: datetime
    latest: datetime
    arrived: datetime
    grant: bool
    void: str = ""
    pending: bool = False
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def ordered(self) -> datetime:
        """Later than a no is only a yes that is so for certain."""
        return self.earliest if self.grant else self.latest


def against(act: Act, valid_at: datetime, known_at: datetime) -> str:
    """The first rule by which a grant gives nothing; empty where it is worth something, and for a no."""
    if not act.grant:
        return ""
    if act.latest > valid_at:
        return "R48"
    confirmed = any(act.latest <= one.happened <= valid_at and one.arrived <= known_at for one in act.confirmations)
    return "R15" if act.pending and not confirmed else act.void


def consent(acts: Iterable[Act], months: int, valid_at: datetime, known_at: datetime) -> tuple[str, str]:
    """The act that decides, if any, and the first rule against it, if any; consent holds for so many months (R14)."""
    known = [act for act in acts if act.earliest <= valid_at and act.arrived <= known_at]
    worth = [act for act in known if not against(act, valid_at, known_at)]
    if not worth:
        latest = max(known, key=lambda act: (act.ordered, act.arrived, act.act_id), default=None)
        return ("", "R08") if latest is None else (latest.act_id, against(latest, valid_at, known_at))
    last = max(act.ordered for act in worth)
    noes = [act for act in worth if act.ordered == last and not act.grant]
    if not noes:
        deciding = max((act for act in worth if act.ordered == last), key=lambda act: act.act_id)
        return deciding.act_id, "R14" if months_later(deciding.earliest, months) <= valid_at else ""
    deciding = max(noes, key=lambda act: act.act_id)
    grants = [act for act in worth if act.grant]
    if any(act.latest > deciding.earliest for act in grants):
        return deciding.act_id, "R48"
    contested = any(act.ordered == last or act.arrived > deciding.arrived for act in grants)
    return deciding.act_id, "R10" if contested else "R09"


def is_suppressed(noes: Iterable[No], acts: Iterable[Act], valid_at: datetime, known_at: datetime) -> bool:
    """Whether the latest no stands: only an own grant that is worth something and lies after it lifts it."""
    said = [no for no in noes if no.happened <= valid_at and no.arrived <= known_at]
    if not said:
        return False
    last = max(no.happened for no in said)
    return not any(
        act.ordered > last and not against(act, valid_at, known_at)
        for act in acts
        if act.grant and act.earliest <= valid_at and act.arrived <= known_at
    )


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
