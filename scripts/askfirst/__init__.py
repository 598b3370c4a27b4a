"""askfirst: personalization that asks first. The engine behind the dbt project at the repository's root."""

__version__ = "0.1.0"
