"""What people ask of us, or others report: which requests can be read, and what R46 and R50 make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.reference.consent.reading import is_whole, moment, names_record, said, sort_rows, time
from tests.reference.consent.registry import person_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tests.reference.consent.cells import PersonCell
    from tests.reference.consent.reading import Sorted
    from tests.reference.consent.records import RequestRow

ERASURE = "erasure"
RESTRICTION, LIFTED = "restriction", "restriction_lifted"
DISPUTE = "accuracy_dispute"
DECEASED, ALIVE = "deceased_report", "deceased_report_withdrawn"
KINDS = frozenset({"access", "rectification", "portability", ERASURE, RESTRICTION, LIFTED, DISPUTE, DECEASED, ALIVE})


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be read; ``closed`` is when it was answered, or the dispute settled."""

    record: str
    kind: str
    made: datetime
    heard: datetime
    closed: datetime | None


def sort_requests(rows: Iterable[RequestRow]) -> Sorted[RequestRow]:
    """Requests. None arrives before it was made, and none is closed before it has arrived."""

    def readable(row: RequestRow) -> bool:
        made, heard, closed = time(row.requested_at), time(row.received_at), time(row.closed_at)
        if made is None or heard is None or (said(row.closed_at) and closed is None):
            return False
        in_order = made <= heard and (closed is None or heard <= closed)
        return names_record(row.person_id) and is_whole(row) and said(row.kind) in KINDS and in_order

    return sort_rows(with_answers(rows), "request_id", readable)


def with_answers(rows: Iterable[RequestRow]) -> list[RequestRow]:
    """Each request with the answer that any copy of it bears: it may come once more when it is closed."""
    asked = list(rows)
    closed: dict[str, str] = {}
    for row in asked:
        name = said(row.request_id)
        closed[name] = max(closed.get(name, ""), said(row.closed_at))
    return [replace(row, closed_at=closed[said(row.request_id)]) for row in asked]


def request_of(row: RequestRow) -> Request:
    """An accepted request. Raises ValueError for one that is not."""
    made, heard = moment(row.requested_at), moment(row.received_at)
    return Request(said(row.person_id), said(row.kind), made, heard, time(row.closed_at))


def known_requests(rows: Sorted[RequestRow], as_of: datetime) -> list[Request]:
    """The requests that had arrived by ``as_of``."""
    return [request for request in map(request_of, rows.accepted) if request.heard <= as_of]


@person_rule("R46")
def restricted(cell: PersonCell) -> bool:
    """Of any record processing is restricted until that is lifted, or accuracy in dispute until it is settled."""
    return stands_of_any(cell, lambda own: _not_taken_back(own, RESTRICTION, LIFTED)) or stands_of_any(
        cell, lambda own: any(_is_open(request, cell.as_of) for request in own if request.kind == DISPUTE)
    )


@person_rule("R50")
def deceased(cell: PersonCell) -> bool:
    """Any record is of somebody reported deceased, and that was not taken back."""
    return stands_of_any(cell, lambda own: _not_taken_back(own, DECEASED, ALIVE))


def stands_of_any(cell: PersonCell, stands: Callable[[list[Request]], bool]) -> bool:
    """Whether something stands of one of the person's records, each looked at by itself (R34)."""
    return any(
        stands([request for request in cell.requests if request.record == record]) for record in cell.person.records
    )


def _not_taken_back(requests: list[Request], kind: str, taken_back_by: str) -> bool:
    """Asked for, and not taken back later; an answer takes nothing back, and a tie goes to the stricter."""
    asked = [request.made for request in requests if request.kind == kind]
    taken_back = [request.made for request in requests if request.kind == taken_back_by]
    return bool(asked) and (not taken_back or max(taken_back) <= max(asked))


def _is_open(request: Request, as_of: datetime) -> bool:
    return request.closed is None or request.closed > as_of
