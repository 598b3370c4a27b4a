"""Read the SQL that built what stands in the warehouse, and record every flow from column to column."""

from askfirst.gate.run import column_lineage


def model(dbt, session):
    """One row a flow: which column, or row set, takes part in which, how, and where in the SQL."""
    dbt.config(materialized="table")
    dbt.ref("gate_candidates")
    return column_lineage(session)
