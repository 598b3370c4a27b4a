"""Random consent events: grants good and void, withdrawals, ties, late arrivals, copies, and rows gone wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.clock import instant, interval, written
from tests.reference.consent.reading import said
from tests.reference.consent.records import EventRow
from tests.reference.consent.vocabulary import ACTS, CONSENT, GRANTS, LEGAL_BASES, NO_ACTS, STATES
from tests.reference.histories import odd
from tests.reference.histories.setting import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference.consent.records import Text
    from tests.reference.histories.setting import Setting

YES, STOPS = sorted(GRANTS), sorted(STATES - GRANTS)
METHODS, PASSIVE = sorted(ACTS), sorted(NO_ACTS)
FLAWS = (
    *("pre_ticked", "passive", "bundled", "tied", "paid", "unseen", "late", "no notice", "defective", "unproved"),
    *("older", "another's", "one way", "later or yes", "other basis", "unconfirmed"),
    # again those of state rules, which have to meet each of the others
    *(("older", "another's", "other basis", "unconfirmed", "older", "another's") * 2),
)
PROOFS = ("form-{n}-0", "form-{n}-0", "FORM-{n}-0", "fo\u200brm-{n}-0", " form {n} 0.")
FLAWS_OF_A_ROW = ("pre_ticked", "passive", "tied", "paid", "unseen", "later or yes", "other basis")
GOOD_NOTICES = ("N-2016-01", "N-2017-01")
BAD_NOTICES = ("N-BAD-01", "N-BAD-02", "N-BAD-03")
OLD_NOTICES = ("N-2014-01", "N-2015-01")
OTHER_NOTICES = ("N-SIS-01", "N-WIN-01")
ONE_WAY_NOTICES = ("N-BAD-04", "N-BAD-05")
DOUBLE_OPT_IN = ("N-2017-03", "N-2017-06")
SPOILS = ("pre_ticked", "required_for_service", "incentive", "without_refusal")
OTHER_BASES = sorted(LEGAL_BASES - {CONSENT})


def events(setting: Setting) -> tuple[EventRow, ...]:
    """The consent events of all records."""
    rows: list[EventRow] = []
    for record in setting.records:
        about = _about(setting)
        for _ in range(setting.rng.choice((0, 1, 2, 2, 3, 4, 6))):
            row = _event(setting, record, len(rows), *about)
            rows += _copies(setting, row)
            if row.privacy_notice in DOUBLE_OPT_IN or setting.chance(0.02):
                for _ in range(setting.rng.choice((0, 1, 1, 1, 2))):
                    rows += _in_rows(setting, _confirmation(setting, row, len(rows)))
            if setting.chance(0.7):  # else the next act is about the same
                about = _about(setting)
    return tuple(setting.rng.sample(rows, len(rows)))


def _about(setting: Setting) -> tuple[list[str], str]:
    """The purposes and the channel of an act."""
    rng = setting.rng
    return rng.sample(setting.words.purposes, rng.choice((1, 1, 2, 4, 4))), rng.choice(setting.words.channels)


def _copies(setting: Setting, row: EventRow) -> Iterator[EventRow]:
    """The row; now and then once more, the same or with other content under the same id."""
    yield row
    purposes = (row.purposes or "").split("|")
    if setting.chance(0.03):
        yield row
    elif said(row.event_id) and len(purposes) > 1 and setting.chance(0.1):  # one form, and a row for each purpose
        ids = (f"{row.event_id}-{place}" for place in range(len(purposes)))
        rows = [replace(row, event_id=name, purposes=one) for name, one in zip(ids, purposes, strict=True)]
        if setting.chance(0.3):  # of which the last one tells more
            rows[-1] = replace(rows[-1], **_flawed(setting, setting.rng.choice(FLAWS_OF_A_ROW), said(row.event_time)))
        yield from rows
    elif setting.wild and setting.chance(0.02):
        yield replace(row, event_state=setting.rng.choice(YES + STOPS))


def _in_rows(setting: Setting, row: EventRow) -> Iterator[EventRow]:
    """A confirmation; now and then with a row more of the same form, which tells more."""
    yield row
    if said(row.event_id) and setting.chance(0.05):
        spoilt = {setting.rng.choice(SPOILS): "true"}
        yield replace(row, event_id=f"{row.event_id}-1", purposes=setting.rng.choice(setting.words.purposes), **spoilt)


def _event(setting: Setting, record: str, place: int, purposes: list[str], channel: str) -> EventRow:
    """One act, flawless or not, of which now and then a column is spoilt."""
    rng = setting.rng
    willing = setting.chance(setting.willing)
    happened, heard = setting.times()
    is_grant = willing or setting.chance(0.5)
    row = EventRow(
        event_id=setting.identifier("E", place),
        person_id=record,
        event_state=rng.choice(YES if is_grant else STOPS),
        event_time=happened,
        received_at=heard,
        purposes="|".join(purposes),
        channel=channel,
        evidence=_proof(setting, place),
    )
    if is_grant:
        row = replace(row, **_form(setting, happened, len(purposes)))
        if setting.chance(0.25):
            row = replace(row, privacy_notice=_of_then(setting, DOUBLE_OPT_IN, row.notice_shown_at))
        for flaw in () if willing else rng.sample(FLAWS, rng.choice((1, 1, 1, 2, 3))):
            row = replace(row, **_flawed(setting, flaw, happened))
    return _spoilt(setting, row) if setting.wild else row


def _proof(setting: Setting, place: int) -> str:
    """What an act was kept by; now and then an earlier one's, perhaps in another spelling."""
    if setting.chance(0.1):
        return setting.rng.choice(PROOFS).format(n=setting.number)
    return f"form-{setting.number}-{place}"


def _form(setting: Setting, happened: str, purposes: int) -> dict[str, Text]:
    """What a valid grant was given on."""
    rng = setting.rng
    shown = _shown_before(happened, rng.choice((0, 0, 1, 3600)))
    return {
        "privacy_notice": _of_then(setting, GOOD_NOTICES, shown),
        "notice_shown_at": shown,
        "collection_method": rng.choice(METHODS),
        "pre_ticked": rng.choice(("false", "", None)),
        "separate_choices": "true" if purposes > 1 else rng.choice(("true", "false", "", None)),
        "required_for_service": rng.choice(("false", "", None)),
        "incentive": rng.choice(("false", "", None)),
        "legal_basis": rng.choice((CONSENT, "", None)),
        "without_refusal": rng.choice(("false", "", None)),
        "authorised_by": setting.guardian if setting.chance(0.9) else rng.choice((None, *setting.records)),
    }


def _of_then(setting: Setting, notices: tuple[str, ...], shown: Text) -> str:
    """One of these notices, mostly one that there was when it was shown."""
    moment = instant(shown or "")
    there = [name for name in notices if moment and setting.words.notices[name].valid_from <= moment.date()]
    return setting.rng.choice(there if there and setting.chance(0.95) else notices)


def _confirmation(setting: Setting, grant: EventRow, place: int) -> EventRow:
    """What confirms a grant, mostly as it should; now and then it is of something else, too early, or nobody's act."""
    rng = setting.rng
    confirmed = _moved(grant.event_time or "", rng.choice((0, 0, 60, 93_600)))
    if setting.chance(0.15):  # just now, and on a clock that may be ahead
        confirmed = rng.choice((written(setting.as_of), written(setting.as_of - HOUR).removesuffix("Z")))
    row = replace(
        grant,
        event_id=setting.identifier("E", place),
        event_state="ConsentGiven",
        event_time=confirmed,
        confirmation_of=grant.event_id,
        collection_method=rng.choice(METHODS),
        evidence=_proof(setting, place) if setting.chance(0.4) else grant.evidence,
    )
    if setting.chance(0.3):
        wrong: tuple[dict[str, Text], ...] = (
            {"event_state": rng.choice(STOPS)},
            {"event_time": _moved(grant.event_time or "", -1)},
            {"event_time": (row.event_time or "").removesuffix("Z")},
            {"confirmation_of": rng.choice(odd.NOTHING)},
            {"confirmation_of": row.event_id},
            {"person_id": rng.choice(setting.records)},
            {"purposes": rng.choice(setting.words.purposes)},
            {"channel": rng.choice(setting.words.channels)},
            {"collection_method": rng.choice((*PASSIVE, *odd.METHODS))},
            {rng.choice(SPOILS): "true"},
            {rng.choice(SPOILS): "true"},
            {"evidence": rng.choice(odd.NOTHING)},
            {"evidence": f"form-{setting.number}-0"},
            {"privacy_notice": rng.choice(("", None, "N-9999"))},
            {"legal_basis": rng.choice(OTHER_BASES)},
        )
        row = replace(row, **rng.choice(wrong))
    happened = instant((row.event_time or "").removesuffix("Z") + "Z")
    heard = grant.received_at if happened is None else written(setting.hears(happened))
    row = replace(row, received_at=heard)
    return _spoilt(setting, row) if setting.wild else row


def _flawed(setting: Setting, flaw: str, happened: str) -> dict[str, Text]:
    """What a flaw changes of a form. Being bundled spoils nothing where there is one purpose."""
    rng = setting.rng
    changes: dict[str, dict[str, Text]] = {
        "pre_ticked": {"pre_ticked": "true"},
        "passive": {"collection_method": rng.choice(PASSIVE)},
        "bundled": {"separate_choices": rng.choice(("false", "", None))},
        "tied": {"required_for_service": "true"},
        "paid": {"incentive": "true"},
        "unseen": {"notice_shown_at": rng.choice(("", None))},
        "late": {"notice_shown_at": _shown_before(happened, -rng.choice((1, 3600)))},
        "no notice": {"privacy_notice": rng.choice(("", None))},
        "defective": {"privacy_notice": rng.choice(BAD_NOTICES)},
        "older": {"privacy_notice": rng.choice(OLD_NOTICES)},
        "another's": {"privacy_notice": rng.choice(OTHER_NOTICES)},
        "one way": {"privacy_notice": rng.choice(ONE_WAY_NOTICES)},
        "later or yes": {"without_refusal": "true"},
        "other basis": {"legal_basis": rng.choice(OTHER_BASES)},
        "unconfirmed": {"privacy_notice": rng.choice(DOUBLE_OPT_IN)},
        "unproved": rng.choice(
            (
                {"evidence": rng.choice(odd.NOTHING)},
                {"collection_method": rng.choice(odd.METHODS)},
                {"privacy_notice": rng.choice(odd.NOTICES)},
            )
        ),
    }
    return changes[flaw]


def _moved(text: str, seconds: int) -> str:
    """So many seconds later, with a zone as before."""
    moment = instant(text)
    if moment is not None:
        return written(moment + timedelta(seconds=seconds))
    shown = instant(f"{text}Z")
    return text if shown is None else written(shown + timedelta(seconds=seconds)).removesuffix("Z")


def _shown_before(happened: str, seconds: int) -> str:
    """When the notice was shown, so long before the earliest that an act can have been made."""
    between = interval(happened)
    return happened if between is None else written(between.earliest - timedelta(seconds=seconds))


def _spoilt(setting: Setting, row: EventRow) -> EventRow:
    """The row with something odd in any of its columns."""
    return EventRow(
        event_id=setting.odd(row.event_id, odd.NOTHING),
        person_id=setting.odd(row.person_id, odd.NOTHING),
        event_state=setting.odd(row.event_state, odd.STATES),
        event_time=setting.odd(row.event_time, odd.TIMES),
        received_at=setting.odd(row.received_at, odd.TIMES),
        purposes=setting.odd(row.purposes, odd.PURPOSES),
        channel=setting.odd(row.channel, odd.CHANNELS),
        privacy_notice=setting.odd(row.privacy_notice, odd.NOTICES),
        notice_shown_at=setting.odd(row.notice_shown_at, odd.TIMES),
        collection_method=setting.odd(row.collection_method, odd.METHODS),
        pre_ticked=setting.odd(row.pre_ticked, odd.FLAGS),
        separate_choices=setting.odd(row.separate_choices, odd.FLAGS),
        required_for_service=setting.odd(row.required_for_service, odd.FLAGS),
        incentive=setting.odd(row.incentive, odd.FLAGS),
        evidence=setting.odd(row.evidence, odd.ANYTHING),
        legal_basis=setting.odd(row.legal_basis, odd.BASES),
        without_refusal=setting.odd(row.without_refusal, odd.FLAGS),
        confirmation_of=setting.odd(row.confirmation_of, odd.RECORDS),
        authorised_by=setting.odd(row.authorised_by, odd.RECORDS),
    )
