"""Judge every candidate and record each check, passed or not. Raises only where it cannot judge at all."""

from askfirst.gate.run import gate_results


def model(dbt, session):
    """One row a check: outcome, and how many rows it looked at and found wanting; counts only."""
    dbt.config(materialized="table")
    dbt.ref("gate_candidates")
    dbt.ref("column_lineage")
    dbt.ref("stg_crm__canaries")
    return gate_results(session)
