"""Stop the build unless every check of this run has passed; otherwise write the receipts."""

from askfirst.gate.run import gate_verdict


def model(dbt, session):
    """One receipt a candidate: the content hash that may be published, for this invocation and as_of."""
    dbt.config(materialized="table")
    dbt.ref("gate_results")
    return gate_verdict(session)
