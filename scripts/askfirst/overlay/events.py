"""Write consent events, objections and unsubscribes from the stories. No truth is told here."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import AS_OF, Phase, moment, moments, soon, utc_text
from askfirst.overlay.forms import NOTICES_TO_BE_CONFIRMED, form_of_grant, form_of_stop
from askfirst.overlay.stories import CHANNELS, GIVEN, PURPOSES, RENEWED, VOID_RULES, WITHDRAWN, Act
from askfirst.overlay.world import Lift, Record, Told, World

Row = dict[str, str]
Timed = tuple[Act, datetime, datetime]  # the act, when it happened, when we learned of it

UNREADABLE_TIMES = ("", "yesterday", "2017-02-30T10:00:00Z", "2017-13-01T08:15:00Z")
UNKNOWN_STATES = ("", "ConsentMaybe", "given")
UNKNOWN_PURPOSES = ("telepathy", "offers|telepathy")
UNKNOWN_CHANNELS = ("", "pigeon")
RENEWAL_DAY = 20  # of January: before the first consent is a year old
UNCERTAIN, NONE = timedelta(hours=14), timedelta(0)  # a time without zone is off by so much at most
SHARE_ZONELESS = 0.1  # of objections and unsubscribes: a no needs no zone
THE_ONE_BEFORE = "the event before this one"
MISTYPED_YEARS = 54  # 2071 for 2017
PHASE_OF_ARRIVAL = {"long_ago": Phase.LONG_AGO, "year_ago": Phase.YEAR_AGO, "future": Phase.AFTER_AS_OF}


def permission_rows(rng: Random, world: World) -> dict[str, list[Row]]:
    """The rows of consent.events, consent.objections and consent.unsubscribes, in the order of the persons."""
    events: list[Row] = []
    objections: list[Row] = []
    unsubscribes: list[Row] = []
    for _, record in world.records:
        times = {suppression.phase: moment(rng, suppression.phase) for suppression in record.suppressions}
        events += _numbered(record_events(rng, record, times), "event_id", "E", len(events))
        for suppression in record.suppressions:
            if suppression.kind == "erasure":
                continue  # somebody else's request
            happened = times[suppression.phase]
            heard = soon(rng, happened) if suppression.heard else AS_OF + timedelta(days=rng.randint(1, 9))
            said_at = utc_text(happened).rstrip("Z" if chance(rng, SHARE_ZONELESS) else "")
            if suppression.kind == "objection":
                row = {"scope": suppression.reach, "objected_at": said_at, "received_at": utc_text(heard)}
                objections.append({"objection_id": f"O{len(objections) + 1:06d}", "person_id": record.record_id} | row)
            else:
                unsubscribes.append(_unsubscribe(record, len(unsubscribes), suppression.reach, (said_at, heard)))
        if record.misdated:
            heard = moment(rng, Phase.UNSUBSCRIBE)
            mistyped = heard.replace(year=heard.year + MISTYPED_YEARS)
            unsubscribes.append(
                _unsubscribe(record, len(unsubscribes), rng.choice(CHANNELS), (utc_text(mistyped), heard))
            )
    return {"events": events, "objections": objections, "unsubscribes": unsubscribes}


def _unsubscribe(record: Record, already: int, channel: str, times: tuple[str, datetime]) -> Row:
    """An unsubscribe, with its two times, after so many others."""
    said_at, heard = times
    said = {"channel": channel, "unsubscribed_at": said_at, "received_at": utc_text(heard)}
    return {"unsubscribe_id": f"U{already + 1:06d}", "person_id": record.record_id} | said


def _numbered(rows: Iterator[Row], column: str, letter: str, already: int) -> list[Row]:
    """The rows with ids that ascend in the order of writing; a confirmation names the row before it."""
    numbered: list[Row] = []
    for number, row in enumerate(rows, start=already + 1):
        refers = {"confirmation_of": numbered[-1][column]} if row["confirmation_of"] == THE_ONE_BEFORE else {}
        numbered.append({column: f"{letter}{number:07d}"} | row | refers)
    return numbered


def record_events(rng: Random, record: Record, times: dict[Phase, datetime]) -> Iterator[Row]:
    """Every event of a record: the stories' acts, grants that lift a suppression, malformed ones, later noise."""
    for channel in CHANNELS:
        for told in record.told[channel]:
            for act, happened, heard in timed_acts(rng, told):
                row = _event(rng, record, (channel, told.purposes), (act, happened, heard))
                yield from _confirmed(rng, row, act, happened)
    for lift in record.lifts:
        yield from _lift_events(rng, record, lift, times)
    for kind in record.malformed:
        yield _malformed_event(rng, record, kind)
    for year in range(AS_OF.year, record.renewed_until + 1):
        yield from _renewals(rng, record, AS_OF.replace(year=year, month=1, day=RENEWAL_DAY, hour=9))
    if chance(rng, 0.03) and not record.renewed_until:
        yield _event_after_as_of(rng, record)


def timed_acts(rng: Random, told: Told) -> list[Timed]:
    """Give the acts of a story their two times each."""
    steps = sorted(
        {act.step for act in told.story.acts if act.arrival not in ("at_as_of", "just_now", *PHASE_OF_ARRIVAL)}
    )
    days_apart = 3 if any(act.zoneless for act in told.story.acts) else 1
    happened_at = dict(zip(steps, moments(rng, Phase.TOLD, len(steps), days_apart), strict=True))
    timed: list[Timed] = []
    for act in told.story.acts:
        if act.arrival in PHASE_OF_ARRIVAL:
            happened = moment(rng, PHASE_OF_ARRIVAL[act.arrival])
            timed.append((act, happened, soon(rng, happened)))
        elif act.arrival == "just_now":
            happened = AS_OF - timedelta(seconds=rng.randrange(5 * 3600, 11 * 3600))
            timed.append((act, happened, soon(rng, happened)))
        elif act.arrival == "at_as_of":
            timed.append((act, AS_OF, AS_OF))
        else:
            happened = happened_at[act.step]
            timed.append((act, happened, soon(rng, happened)))
    last_soon = max((heard for act, _, heard in timed if act.arrival == "soon"), default=AS_OF)
    return [(act, happened, _heard(rng, timed, place, last_soon)) for place, (act, happened, _) in enumerate(timed)]


def _heard(rng: Random, timed: list[Timed], place: int, last_soon: datetime) -> datetime:
    """When we learned of the act at this place, by its arrival."""
    act, _, heard = timed[place]
    if act.arrival == "late":
        return last_soon + timedelta(seconds=rng.randrange(3600, 4 * 24 * 3600))
    if act.arrival == "same":
        return timed[place - 1][2]
    if act.arrival == "unheard":
        return AS_OF + timedelta(seconds=rng.randrange(1, 9 * 24 * 3600))
    return heard


def _event(rng: Random, record: Record, about: tuple[str, tuple[str, ...]], timed: Timed) -> Row:
    channel, purposes = about
    act, happened, heard = timed
    is_grant = act.state in (GIVEN, RENEWED)
    earliest = happened - UNCERTAIN if act.zoneless else happened
    form = form_of_grant(rng, earliest, len(purposes), act.flaws) if is_grant else form_of_stop(rng)
    return (
        {
            "person_id": record.record_id,
            "event_state": act.state,
            "event_time": utc_text(happened).rstrip("Z" if act.zoneless else ""),
            "received_at": utc_text(heard),
            "purposes": "|".join(rng.sample(purposes, len(purposes))),
            "channel": channel,
        }
        | form
        | ({"authorised_by": record.guardian} if is_grant else {})
    )


def _confirmed(rng: Random, row: Row, act: Act, happened: datetime) -> Iterator[Row]:
    """The event, and its confirmation where its notice asks for one: within two days, or too late, or by a script."""
    yield row
    if row["privacy_notice"] not in NOTICES_TO_BE_CONFIRMED:
        return
    confirmed = happened + timedelta(seconds=rng.randrange(60, 2 * 24 * 3600)) + (UNCERTAIN if act.zoneless else NONE)
    said = {"event_time": utc_text(confirmed), "received_at": utc_text(soon(rng, confirmed))}
    said |= {"collection_method": rng.choice(("web_form", "preference_centre")), "confirmation_of": THE_ONE_BEFORE}
    said |= dict.fromkeys(("pre_ticked", "required_for_service", "incentive", "without_refusal"), "false")
    said |= {"legal_basis": "consent", "evidence": row["evidence"] or f"code/{confirmed:%Y%m%d%H%M%S}"}
    if "R15" in act.flaws:
        if chance(rng, 0.5):
            return
        said |= rng.choice(
            ({"collection_method": "script"}, {"received_at": utc_text(AS_OF + timedelta(days=rng.randint(1, 9)))})
        )
    yield row | {"event_state": GIVEN} | said


def _lift_events(rng: Random, record: Record, lift: Lift, times: dict[Phase, datetime]) -> Iterator[Row]:
    """The grant of a lift; it falls on the suppression's very second where both are of one phase."""
    happened = times[lift.phase] if lift.phase in times else moment(rng, lift.phase)
    single_flaws = [rule for rule in VOID_RULES if rule != "R03"]
    flaws = frozenset[str]() if lift.valid else frozenset({rng.choice(single_flaws)})
    act = Act(rng.choice((GIVEN, RENEWED)), 0, flaws)
    row = _event(rng, record, (lift.channel, lift.purposes), (act, happened, soon(rng, happened)))
    yield from _confirmed(rng, row, act, happened)


def _event_after_as_of(rng: Random, record: Record) -> Row:
    """Noise: any act, of which nothing is known yet at as_of."""
    purposes = tuple(rng.sample(PURPOSES, rng.randint(1, 4)))
    happened = moment(rng, Phase.AFTER_AS_OF)
    act = Act(rng.choice((GIVEN, WITHDRAWN)), 0)
    return _event(rng, record, (rng.choice(CHANNELS), purposes), (act, happened, soon(rng, happened)))


def _renewals(rng: Random, record: Record, happened: datetime) -> Iterator[Row]:
    """Consent to everything on every channel, renewed."""
    for channel in CHANNELS:
        yield _event(rng, record, (channel, PURPOSES), (Act(RENEWED, 0), happened, soon(rng, happened)))


def _malformed_event(rng: Random, record: Record, kind: str) -> Row:
    """An event of a known person that can not be read; what it wanted nobody knows."""
    happened = moment(rng, Phase.TOLD)
    act = Act(rng.choice((GIVEN, WITHDRAWN)), 0)
    row = _event(rng, record, (rng.choice(CHANNELS), (rng.choice(PURPOSES),)), (act, happened, soon(rng, happened)))
    spoilt = {
        "event_time unreadable": {"event_time": rng.choice(UNREADABLE_TIMES)},
        "received_at unreadable": {"received_at": rng.choice(UNREADABLE_TIMES)},
        "event_state unknown": {"event_state": rng.choice(UNKNOWN_STATES)},
        "purpose unknown": {"purposes": rng.choice(UNKNOWN_PURPOSES)},
        "channel unknown": {"channel": rng.choice(UNKNOWN_CHANNELS)},
        "heard of before it happened": {"received_at": utc_text(happened - timedelta(days=rng.randint(1, 3)))},
    }
    return row | spoilt[kind]
