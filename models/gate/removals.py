"""Take people who may no longer be contacted out of the published file, whatever the gate says of new content."""

from askfirst.publication.removals import run
from askfirst.publication.staying import PERMITTED


def model(dbt, session):
    """One row a published audience: how many were removed, and how many remain. Reads permission data only."""
    dbt.config(materialized="table")
    dbt.ref("int_addresses")
    dbt.ref("int_audience_permissions")
    dbt.ref("int_audience_uses")
    dbt.ref("int_audiences")
    dbt.ref("int_dismissals")
    dbt.ref("int_persons")
    dbt.ref("int_preferences")
    dbt.ref("int_switched_off")
    return run(session, PERMITTED)
