"""Replace what marketers query, in one step, by exactly the content that this run's gate has passed."""

from askfirst.publication.publish import run


def model(dbt, session):
    """One receipt an audience: people, status, content hash, and until when it is valid."""
    dbt.config(materialized="table")
    dbt.ref("gate_verdict")
    dbt.ref("stg_crm__canaries")
    dbt.ref("gate_candidates")
    dbt.ref("audience_catalogue")
    dbt.ref("published_columns")
    dbt.ref("audience_funnel")
    return run(session)
