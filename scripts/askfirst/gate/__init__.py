"""The gate: expectations on every candidate, generated from labels and contracts, evaluated in dbt's own session."""
