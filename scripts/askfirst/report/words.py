"""The sentences of the page that do not depend on what was found."""

from __future__ import annotations

from askfirst.lineage.flows import Subtype

HOW = {
    Subtype.IDENTITY: "taken over as it is",
    Subtype.TRANSFORMATION: "taken over, changed by an expression",
    Subtype.AGGREGATION: "summed up over several rows",
    Subtype.JOIN: "decides which rows match",
    Subtype.GROUP_BY: "decides which rows are put together",
    Subtype.FILTER: "decides which rows stay",
    Subtype.SORT: "decides the order",
    Subtype.WINDOW: "decides how rows are ranked or framed",
    Subtype.CONDITIONAL: "decides which value is taken",
}
HOW_ROWS = {
    Subtype.IDENTITY: "its rows are taken over",
    Subtype.TRANSFORMATION: "what it holds makes the rows",
    Subtype.AGGREGATION: "its rows are summed up",
}

WORDS = {
    "activation": "A table made to contact people: one segment, through one channel.",
    "raw column": "A column as it was delivered, before anything was computed. Our own reference tables count as raw.",
    "row set": (
        "Which people are in a table at all. A column that is not shown can still decide this, and that counts as much."
    ),
    "a value may pass": "The datum itself, or something computed from it, can be seen in the column.",
    "it decides": (
        "The datum is not shown, but a filter, a join or a condition on it decides a value, or who is there."
    ),
    "provenance": (
        "Declared: the person said it. Observed: what the person or the household did with us. Inferred: a guess. "
        "Third party: bought or received. Consent: the permission records. Operational: what we did. "
        "Technical and reference: not about a person."
    ),
    "subject": "Whom a datum is about: the person, the household, or somebody else (other).",
    "special category": "Data under Art. 9 GDPR, and data from which such can be deduced.",
    "purpose": "What a datum was collected for. Along a way only those purposes stay that hold for all of it.",
    "reclassification": (
        "A named decision that lowers a label, with owner, reason, expiry and proof. There is no other way down."
    ),
    "finding": "A rule that does not hold. Nothing is published while there is one.",
    "not proved": "Evidence is missing. That is never taken for clean.",
}

LIMITS = {
    "That a build passed or failed is one bit.": (
        "Whoever sees that a build stopped learns that some data made it stop. The analysis does not follow this."
    ),
    "Timing.": "How long a query runs can depend on data. It is not followed.",
    "Errors raised by data.": (
        "A query that fails on certain values tells of them by failing. A cast that may fail is a finding only where "
        "it touches inferred or third-party data."
    ),
    "The past.": (
        "If an earlier mailing was chosen by a score, what people did afterwards may still carry it. Observed "
        "behaviour is labelled observed all the same."
    ),
    "Labels are statements.": (
        "Each raw column says in YAML what it is. If a source delivers guesses labelled as declared, everything on "
        "this page follows the false label. Whoever reviews the labels answers for them."
    ),
    "The way shown is one of several.": (
        "Of each raw column the shortest way is shown, and one by which a value may pass before one that only "
        "decides. The rules are judged on all ways, not only on those shown."
    ),
    "An influence is what the SQL allows.": (
        "The analysis says what could flow, whatever the data are on a given day. Some of what it names may never "
        "change a row."
    ),
    "What happens after publication.": (
        "What a recipient does with the table, and what happens outside the warehouse, cannot be seen from here."
    ),
}

WITHOUT_TRUST = (
    "Nothing here has to be believed. Each hop names the file and the line, and the last chapter holds the SQL that "
    "was analysed. To check a hop, open it, follow the link to the line, and read whether the marked piece lets the "
    "datum through or lets it decide."
)
