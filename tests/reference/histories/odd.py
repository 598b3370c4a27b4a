"""Text that a raw column should not hold, by the kind of column; some of it only looks wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.reference.consent.records import Text

LONG = "x" * 10_000
NOTHING: tuple[Text, ...] = (None, "", "  ", "\t\n")
ANYTHING: tuple[Text, ...] = (*NOTHING, "?", "null", LONG, "O'Hara; --", "\N{SNOWMAN}\N{ZERO WIDTH SPACE}")

TIMES: tuple[Text, ...] = (
    *ANYTHING,
    "yesterday",
    "2017-02-30T10:00:00Z",
    "2017-13-01T08:15:00Z",
    "2017-06-01T24:00:00Z",
    "2017-06-01T23:59:60Z",
    "2017-06-01T10:00:00+02:00",
    "2017-06-01T10:00:00",
    "2017-06-01T24:00:00",
    "2017-02-30T10:00:00",
    "2017-06-01T10:00:00 ",
    "-017-06-01T10:00:00",
    "2017-06- 1T10:00:00",
    "0000-01-01T00:00:00",
    "2017-06-01 10:00:00Z",
    "2017-06-01t10:00:00z",
    "2017-06-01T10:00:00.5Z",
    "2017-06-01T10:00Z",
    " 2017-06-01T10:00:00Z",
    "2017-06-01T10:00:00Z\n",
    "2017-06-01",
    "01.06.2017",
    "1496311200",
    "0000-01-01T00:00:00Z",
    "20170601T100000Z",
    "infinity",
    "1970-01-01T00:00:00Z",
    "1900-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "2004-12-31T23:59:59Z",
    "-017-06-01T10:00:00Z",
    "2017-06- 1T10:00:00Z",
    "2017-6--01T10:00:00Z",
)
PURPOSES: tuple[Text, ...] = (
    *ANYTHING,
    "telepathy",
    "offers|telepathy",
    "offers|",
    "|offers",
    "offers||replenishment",
    "offers|offers",
    "offers|replenishment|offers",
    "offers | replenishment",
    "OFFERS",
    "offers,replenishment",
    "all",
)
CHANNELS: tuple[Text, ...] = (*ANYTHING, "pigeon", "Email", " email", "email|direct_mail", "postal")
STATES: tuple[Text, ...] = (*ANYTHING, "ConsentMaybe", "given", "consentgiven", "ConsentGiven ", "dpv:ConsentGiven")
SCOPES: tuple[Text, ...] = (*ANYTHING, "everything", "ALL", "all ", "offers|replenishment", "email")
FLAGS: tuple[Text, ...] = (*ANYTHING, "TRUE", "True", "1", "0", "yes", "t", "f", "on", " true", "maybe")
NOTICES: tuple[Text, ...] = (*ANYTHING, "N-1999-07", "n-2017-01", "N-2017-01 ")
METHODS: tuple[Text, ...] = (*ANYTHING, "carrier_pigeon", "Web_Form", "scrolling")
BASES: tuple[Text, ...] = (*ANYTHING, "Consent", "contract", "soft opt-in", " consent ")
RECORDS: tuple[Text, ...] = (*ANYTHING, "P9999999Z")
NOBODY: tuple[Text, ...] = (
    *NOTHING,
    "P1\N{NO-BREAK SPACE}",
    "P\N{ZERO WIDTH SPACE}1",
    "P\N{HANGUL FILLER}",
    "P\N{COMBINING GRAPHEME JOINER}",
    "P\N{REPLACEMENT CHARACTER}",
)
PLACES: tuple[Text, ...] = (*ANYTHING, "ZZ", "de", " DE ", "Germany", "US", "unknown")
YEARS: tuple[Text, ...] = (*ANYTHING, "98", "2071", "1850", "19999", "1990.0", "-1990", "1e3", "0", " 1990", "MCMXC")
MONTHS: tuple[Text, ...] = (*ANYTHING, "0", "13", "01", "1.0", "-1", "January")
DATA: tuple[Text, ...] = (*ANYTHING, "shoe_size", "First_Name", "purchases ")
SWITCH_STATES: tuple[Text, ...] = (*ANYTHING, "Off", "OFF", "true", "off ")
REQUESTS: tuple[Text, ...] = (*ANYTHING, "please_stop", "Restriction", "restriction ", "erase", "deceased")
BOUNCES: tuple[Text, ...] = (*ANYTHING, "gone", "Hard", " soft")
DISMISSALS: tuple[Text, ...] = (*ANYTHING, "mood", "Topic", "campaign ")
TOPICS: tuple[Text, ...] = (*ANYTHING, "Ribs", "ribs ", "shoes", "bakery")
SHOWN: tuple[Text, ...] = (*ANYTHING, "Hide", "off", "show ")
MAXIMA: tuple[Text, ...] = (*ANYTHING, "few", "-1", "2.0", "2.7", "1e0", "03", " 2", "+2", "\N{SUPERSCRIPT TWO}")
PERIODS: tuple[Text, ...] = (*ANYTHING, "P1Y", "p1w", "P7D", "P1M ", "weekly")
KINDS: tuple[Text, ...] = (*ANYTHING, "fax", "Email", "postal ")


def odd(rng: Random, usual: Text, share: float, oddities: tuple[Text, ...]) -> Text:
    """What a column holds: the usual, or now and then something odd."""
    return rng.choice(oddities) if rng.random() < share else usual
