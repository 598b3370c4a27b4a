"""What the project says about itself, judged: pure functions from labels, contracts and meta to findings.

An activation model says where it goes, under ``config.meta.activation`` (segment, channel, recipient); its segment says
what it is for, under ``config.meta.segment`` of ``seg_<segment>``. An audience is both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from askfirst.findings import Finding
from askfirst.labels import ALLOWED, PERSONAL, Label, Reading, misspelt_keys, read_label

if TYPE_CHECKING:
    from askfirst.artifacts import Column, Manifest, Model, Reference

# What is judged without looking at rows: here, by the flows (lineage/judge.py), and by the stamps (AF013).
CODES = (
    *("AF001", "AF002", "AF003", "AF004", "AF005", "AF006", "AF007", "AF008", "AF009", "AF010", "AF011", "AF012"),
    *("AF013", "AF014", "AF016", "AF017", "AF107", "AF110"),
)
PLACED = ("segment", "channel", "recipient")  # said by the activation model
MEANT = ("purpose", "owner", "subject", "offer_topic", "lifecycle", "reason", "control")  # said by its segment
LISTS = ("channels", "uses", "shows")
SUBJECTS = frozenset({"self", "household"})
LIFECYCLES = frozenset({"pilot", "active"})
RECIPIENTS = frozenset({"self", "processor"})
# ISO 3166-1; everywhere else a transfer needs its record (R51; GDPR Art. 44 to 46)
EEA = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
AD_SIGNALS = frozenset({"ad_user_data", "ad_personalization"})  # what an ad platform has to be granted (R30)
# How people opt out of a purpose; a cookie banner is none of them (R26)
WAYS_OUT = frozenset({"preference_centre", "one_click", "web_form", "paper_form", "phone"})
ANY_TOPIC = "any"
GATE = "gate_candidates"
# What a message needs to reach a person and to explain itself; any other column shows a datum.
ADDRESS = {"email": ("email",), "direct_mail": ("street", "postcode", "city")}
FRAME = ("person_id", "offer_topic", "based_on", "reason", "control")
NAMED = {"email": (), "direct_mail": ("last_name",)}  # what else a letter bears on its envelope
FORBIDDEN = {
    "inferred": ("AF001", "it is a guess about the person, not something they told us or did"),
    "third_party": ("AF002", "it came from others, and the person never gave it to us"),
    "consent": ("AF012", "permission records may filter; they were kept to prove permission, not to describe people"),
    "operational": ("AF012", "records of what we did may filter; they were not collected to describe people"),
}
SPECIAL = "special categories (GDPR Art. 9), and what tells of them, neither select nor describe in marketing"
UNKNOWN = "a word that nobody knows cannot be judged"
CONSENTED = "consent counts for the purposes that it named"
ABROAD = "outside the EEA no law of it protects the data by itself (R51; GDPR Art. 44 to 46)"
SHARED = "what a household bought describes its other adults too, and nobody asked them (R41)"


class Fault(NamedTuple):
    """A finding before it has a place."""

    code: str
    what: str
    why: str
    fix: str

    def at(self, model: Model, column: str = "") -> Finding:
        """The finding at a model, or at a column of it; its file is the YAML that describes it."""
        return Finding(self.code, model.name, column, self.what, self.why, self.fix, model.yaml_path or model.path)


@dataclass(frozen=True)
class Audience:
    """What an activation model and its segment say together."""

    model: str
    segment: str
    channel: str
    recipient: str
    purpose: str
    owner: str
    subject: str
    offer_topic: str
    reason: str
    control: str
    uses: tuple[str, ...]
    shows: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name under which it is published."""
        return self.model.removeprefix("act_")


def activation_models(manifest: Manifest) -> tuple[Model, ...]:
    """Every model that is of activation by its YAML, its folder or its schema: forgetting one opens no way round."""
    return tuple(
        model
        for model in manifest.models
        if model.kind == "model"
        and ("activation" in model.meta or model.path.startswith("models/activation/") or model.schema == "activation")
    )


def told(manifest: Manifest, model: Model) -> dict[str, object]:
    """What an activation model and its segment say, the model's word last; empty where YAML has no mapping."""
    own = mapping(model.meta.get("activation"))
    segment = manifest.model(f"seg_{own.get('segment')}")
    return {**mapping(segment.meta.get("segment") if segment else None), **own}


def mapping(value: object) -> dict[str, object]:
    """The value, if it is a mapping."""
    return dict(value) if isinstance(value, Mapping) else {}


def words(value: object) -> tuple[str, ...] | None:
    """A list of words as a tuple, or None."""
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    return None


def audience_of(manifest: Manifest, model: Model) -> Audience | None:
    """The audience of an activation model; None where what it says is incomplete, which `incomplete` then tells."""
    said = told(manifest, model)
    uses, shows = words(said.get("uses")), words(said.get("shows"))
    if any(True for _ in incomplete(said)) or uses is None or shows is None:
        return None
    texts = {key: str(said[key]) for key in (*PLACED, *MEANT) if key != "lifecycle"}
    return Audience(model=model.name, uses=uses, shows=shows, **texts)


def read_columns(model: Model, reference: Reference) -> tuple[tuple[Column, Reading], ...]:
    """A model's columns with what their labels say."""
    purposes = frozenset(reference.purposes)
    return tuple((column, read_label(column.meta, purposes)) for column in model.columns)


def allowed_columns(model: Model, reference: Reference) -> tuple[Column, ...]:
    """The columns of an activation model that their label allows to be there."""
    read = read_columns(model, reference)
    return tuple(column for column, reading in read if reading.label and reading.label.provenance <= ALLOWED)


def check(manifest: Manifest, reference: Reference, candidates: frozenset[str]) -> tuple[Finding, ...]:
    """Judge a project. ``candidates`` are the models that the gate's own list in the warehouse names."""
    found: list[Finding] = list(check_labels(manifest, reference))
    for model in activation_models(manifest):
        found += (fault.at(model) for fault in incomplete(told(manifest, model)))
        found += (fault.at(model) for fault in unguarded(manifest, model, candidates))
        audience = audience_of(manifest, model)
        if audience:
            found += (fault.at(model) for fault in judge_audience(audience, reference))
        for column, reading in read_columns(model, reference):
            if reading.label:
                found += (fault.at(model, column.name) for fault in judge_label(reading.label))
                if audience:
                    found += (fault.at(model, column.name) for fault in judge_use(column, reading.label, audience))
    return tuple(sorted(set(found)))


def check_labels(manifest: Manifest, reference: Reference) -> Iterator[Finding]:
    """AF007: a label that does not read, anywhere; no label, on a raw column or an activation column."""
    purposes = frozenset(reference.purposes)
    activation = activation_models(manifest)
    raw = [(source.name, source.path, source.columns, True) for source in manifest.sources]
    built = [(model.name, model.yaml_path, model.columns, model in activation) for model in manifest.models]
    for name, path, columns, required in raw + built:
        for column in columns:
            reading = read_label(column.meta, purposes)
            for problem in reading.problems or (("it has no label",) if required and not reading.label else ()):
                why = "what has no readable label cannot be judged, so it must not be published"
                fix = "label it under config.meta, as CONTRIBUTING.md shows; ask whoever delivers it, do not guess"
                yield Finding("AF007", name, column.name, problem, why, fix, path)


def incomplete(said: Mapping[str, object]) -> Iterator[Fault]:
    """AF010: what an activation model, or its segment, must say about itself and does not."""
    why = "without it nobody can judge for what, to whom and in whose name people are contacted"
    for key in (*PLACED, *MEANT, *LISTS):
        value = said.get(key)
        if words(value) is None if key in LISTS else not (isinstance(value, str) and value):
            holder = "its config.meta.activation" if key in PLACED else "config.meta.segment of its segment"
            yield Fault("AF010", f"`{key}` is missing", why, f"say it in {holder}, as CONTRIBUTING.md shows")
    for problem in misspelt_keys(said, (*PLACED, *MEANT, *LISTS)):
        yield Fault("AF010", problem, UNKNOWN, "correct the key, or remove it")
    yield from unheard_of(said)


def unheard_of(said: Mapping[str, object]) -> Iterator[Fault]:
    """AF010: what an activation model, or its segment, says in words that mean nothing, or no."""
    channel, channels = said.get("channel"), words(said.get("channels"))
    if isinstance(channel, str) and channel not in ADDRESS:
        fix = f"take one of {', '.join(sorted(ADDRESS))}; a new channel needs its address in the gate's policy"
        yield Fault("AF010", f"channel `{channel}` is unknown", UNKNOWN, fix)
    if isinstance(channel, str) and channels is not None and channel not in channels:
        why = "the segment was not meant for it"
        fix = "add it to the segment's channels, or drop the audience"
        yield Fault("AF010", f"channel `{channel}` is not among the segment's", why, fix)
    for key, known in (("subject", SUBJECTS), ("lifecycle", LIFECYCLES)):
        value = said.get(key)
        if isinstance(value, str) and value and value not in known:
            why = "only what is known can be judged, and only a pilot or what is active goes to people"
            yield Fault("AF010", f"{key} is `{value}`", why, f"say {' or '.join(sorted(known))}, or drop the audience")
    if words(said.get("uses")) == ():
        yield Fault("AF010", "`uses` is empty", UNKNOWN, "name the data that select the people, or that greet them")


def unguarded(manifest: Manifest, model: Model, candidates: frozenset[str]) -> Iterator[Fault]:
    """AF010: contract, exposure and gate."""
    if not model.contract_enforced or not all(column.data_type for column in model.columns):
        why = "without a contract the columns are whatever the SQL yields"
        fix = "add `contract: {enforced: true}`, and a data_type to each column"
        yield Fault("AF010", "its contract is not enforced", why, fix)
    if not any(exposure.owner for exposure in manifest.exposures if model.unique_id in exposure.depends_on):
        why = "what leaves the house needs somebody who answers for it"
        yield Fault("AF010", "no exposure with an owner names it", why, "add one to the exposures beside it")
    gate = manifest.model(GATE)
    if gate is None or model.unique_id not in gate.depends_on or model.name not in candidates:
        why = "a table that the gate does not judge could carry anyone to the marketers"
        fix = "add its name to macros/audiences/audience_names.sql, and build the gate too"
        yield Fault("AF010", "the gate does not cover it", why, fix)


def judge_label(label: Label) -> Iterator[Fault]:
    """AF001, AF002, AF005, AF012, AF107: what a column's label has against it in any audience."""
    for provenance in sorted(label.provenance - ALLOWED):
        code, why = FORBIDDEN[provenance]
        yield Fault(code, f"the column is labelled {provenance}", why, "take the column out, or ask the person")
    for category in sorted(label.special_category):
        yield Fault("AF005", f"the column is labelled special_category: {category}", SPECIAL, "take the column out")
    if "other" in label.subject:
        why = "a gift tells of whoever gets it, who is not our customer and told us nothing"
        fix = "build on what the household bought for itself"
        yield Fault("AF107", "the column is labelled subject: other", why, fix)


def judge_use(column: Column, label: Label, audience: Audience) -> Iterator[Fault]:
    """AF010, AF012, AF110: what a personal column's label has against it in this audience."""
    if not label.provenance & PERSONAL:
        return
    if audience.purpose not in label.purposes:
        collected = ", ".join(sorted(label.purposes)) or "no purpose"
        what = f"the audience is for {audience.purpose}, the column was collected for {collected}"
        yield Fault("AF012", what, CONSENTED, "do without it, or ask again for the new purpose")
    if "household" in label.subject and audience.subject != "household":
        what = "the column is labelled subject: household, the audience says self"
        yield Fault("AF110", what, SHARED, "say subject: household in its segment")
    if label.provenance <= ALLOWED and column.name not in framed(audience):
        why = "what is shown and not named is not checked against the person's switches (R35)"
        fix = "name it under `shows` of its segment, or take the column out"
        yield Fault("AF010", "it shows a datum that `shows` does not name", why, fix)


def framed(audience: Audience) -> tuple[str, ...]:
    """The columns that an audience may have without naming them as shown, and those that it names."""
    return (*FRAME, *ADDRESS[audience.channel], *NAMED[audience.channel], *audience.shows)


def judge_audience(audience: Audience, reference: Reference) -> Iterator[Fault]:
    """AF005, AF010, AF011, AF012, AF110: what an audience says, against the reference seeds."""
    yield from judge_recipient(audience, reference)
    yield from judge_purpose(audience, reference)
    topic = audience.offer_topic
    if topic != ANY_TOPIC and topic not in reference.topics:
        fix = "take one of seeds/reference/topics.csv, or any"
        yield Fault("AF010", f"offer_topic `{topic}` is unknown", UNKNOWN, fix)
    if reference.topics.get(topic):
        what = f"offer_topic `{topic}` tells of {reference.topics[topic]}"
        yield Fault("AF005", what, SPECIAL, "offer something else")
    if "purchases" in (*audience.uses, *audience.shows) and audience.subject != "household":
        what = "it uses purchases, yet says subject: self"
        yield Fault("AF110", what, SHARED, "say subject: household in its segment")


def judge_recipient(audience: Audience, reference: Reference) -> Iterator[Fault]:
    """AF011: who receives it."""
    kind = reference.recipients.get(audience.recipient)
    why = "a withdrawal no longer reaches data that is with a third party: never, consent or not (R39)"
    if kind not in RECIPIENTS:
        what = f"recipient `{audience.recipient}` is {f'a {kind}' if kind else 'not in seeds/reference/recipients.csv'}"
        fix = "send it yourselves, or through a processor under contract that the seed lists"
        yield Fault("AF011", what, why, fix)
    elif reference.countries[audience.recipient] not in EEA and not reference.transfer_records[audience.recipient]:
        what = f"recipient `{audience.recipient}` is outside the EEA, and has no transfer record"
        fix = "name the record of the transfer in seeds/reference/recipients.csv, or take another recipient"
        yield Fault("AF011", what, ABROAD, fix)
    if audience.recipient in reference.ad_platforms and kind != "third_party":
        yield from judge_ad_platform(audience, kind, reference.ad_signals.get(audience.purpose, frozenset()))
    if reference.purposes.get(audience.purpose, "self") not in RECIPIENTS:
        what = f"purpose `{audience.purpose}` gives data to a third party"
        yield Fault("AF011", what, why, "drop the audience; sharing stays off")


def judge_ad_platform(audience: Audience, kind: str | None, granted: frozenset[str]) -> Iterator[Fault]:
    """AF011: an ad platform acts for us and for nobody else, on people who granted just that."""
    why = "a platform lays its own profiles beside what it is given, and people have to have said yes to that (R30)"
    if kind != "processor":
        what = f"ad platform `{audience.recipient}` is no processor under contract"
        yield Fault("AF011", what, why, "close the contract, and say so in seeds/reference/recipients.csv")
    if AD_SIGNALS - granted:
        missing = " and ".join(sorted(AD_SIGNALS - granted))
        what = f"ad platform `{audience.recipient}`: consent to {audience.purpose} does not grant {missing}"
        fix = "take another recipient, or ask for a purpose whose words grant it, with its ad_signals in purposes.csv"
        yield Fault("AF011", what, why, fix)


def judge_purpose(audience: Audience, reference: Reference) -> Iterator[Fault]:
    """AF010 and AF012: what it is for, against the purposes of each datum that it names."""
    if audience.purpose not in reference.purposes:
        fix = "take one of seeds/reference/purposes.csv"
        yield Fault("AF012", f"purpose `{audience.purpose}` is unknown", UNKNOWN, fix)
    elif not reference.opt_outs[audience.purpose] & WAYS_OUT:
        what = f"nobody can opt out of purpose `{audience.purpose}`, but by a cookie banner at the most"
        why = "a banner answers for a browser, not for the person (R26)"
        fix = f"offer a way out, and name it in seeds/reference/purposes.csv: {', '.join(sorted(WAYS_OUT))}"
        yield Fault("AF010", what, why, fix)
    for datum in sorted({*audience.uses, *audience.shows}):
        purposes = reference.data.get(datum)
        if purposes is None:
            fix = "take one of seeds/reference/data.csv"
            yield Fault("AF010", f"datum `{datum}` is unknown", UNKNOWN, fix)
        elif audience.purpose not in purposes:
            fix = "do without it, or ask again; seeds/reference/data.csv has the purposes of each datum"
            yield Fault("AF012", f"`{datum}` is not collected for {audience.purpose}", CONSENTED, fix)
