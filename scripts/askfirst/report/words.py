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

VOCABULARY = (
    ("activation", "a table made to contact people: one audience, through one channel"),
    ("raw column", "a column as it was delivered, before anything was computed; also one of our own reference tables"),
    ("row set", "which people are in a table at all. A column that is not shown can still decide this, and that counts"),
    ("a value may pass", "the datum itself, or something computed from it, can be seen in the column"),
    ("it decides", "the datum is not shown, but a filter, a join or a condition on it decides a value or who is there"),
    ("provenance", "declared: the person said it; observed: what the person or the household did with us; "
     "inferred: a guess; third party: bought or received; consent: the permission records; "
     "operational: what we did; technical and reference: not about a person"),
    ("subject", "whom a datum is about: the person (self), the household, or somebody else (other)"),
    ("special category", "data under Art. 9 GDPR, and data from which such can be deduced"),
    ("purpose", "what a datum was collected for; along a way only those purposes stay that hold for all of it"),
    ("reclassification", "a named decision that lowers a label, with owner, reason, expiry and proof: the only way down"),
    ("finding", "a rule does not hold. Nothing is published while there is one"),
    ("not proved", "evidence is missing. That is never taken for clean"),
)  # fmt: skip

LIMITS = (
    ("That a build passed or failed is one bit.", "Whoever sees that a build stopped learns that some data made it "
     "stop. The analysis does not follow this."),
    ("Timing.", "How long a query runs can depend on data. It is not followed."),
    ("Errors raised by data.", "A query that fails on certain values tells of them by failing. A cast that may fail is "
     "a finding only where it touches inferred or third-party data."),
    ("The past.", "If an earlier mailing was chosen by a score, what people did afterwards may still carry it. "
     "Observed behaviour is labelled observed all the same."),
    ("Labels are statements.", "Each raw column says in YAML what it is. If a source delivers guesses labelled as "
     "declared, everything on this page follows the false label. Who reviews the labels answers for them."),
    ("The way shown is one of several.", "Of each raw column the shortest way is shown, and one by which a value may "
     "pass before one that only decides. The rules are judged on all ways, not only on those shown."),
    ("An influence is what the SQL allows.", "The analysis says what could flow, whatever the data are on a given day. "
     "Some of what it names may never change a row."),
    ("What happens after publication.", "What a recipient does with the table, and what happens outside the warehouse, "
     "cannot be seen from here."),
)  # fmt: skip

WITHOUT_TRUST = (
    "Every hop names the file and the line, and the chapter with the SQL holds the text that was analysed. "
    "To check one: open the hop, follow the link to the line, and read whether the marked piece lets the datum "
    "through or lets it decide."
)
