"""Take rows out of the published file whose ground is gone, whatever the gate says of new content."""

from askfirst.publication.removals import run
from askfirst.publication.staying import GROUNDED


def model(dbt, session):
    """One row a published audience: how many were removed, and how many remain. Reads purchases and products too."""
    dbt.config(materialized="table")
    dbt.ref("int_audience_uses")
    dbt.ref("int_dismissed_topics")
    dbt.ref("int_own_topics")
    return run(session, GROUNDED)
