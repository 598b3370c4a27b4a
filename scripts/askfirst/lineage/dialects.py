"""How the dialects differ where names bind. Each difference was tried on the engine or read in its manual."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

ASCII = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Binding:
    """How one dialect binds names.

    ``folds_quoted``: a quoted name ignores case too; ``folds_ascii``: only of ASCII letters. ``aliases``: where a name
    that is no column may be one of the SELECT list. ``order_prefers_alias``: inside an expression of ORDER BY an alias
    hides a column of the same name (a bare name in ORDER BY is the alias first in every dialect).
    ``rows_are_values``: a table's name is a value.
    """

    name: str
    folds_quoted: bool
    folds_ascii: bool
    aliases: frozenset[str]
    order_prefers_alias: bool
    rows_are_values: bool

    def fold(self, identifier: exp.Identifier) -> str:
        """A name as it is compared."""
        name: str = identifier.this
        return self.lowered(name) if self.folds_quoted or not identifier.args.get("quoted") else name

    def fold_text(self, name: str) -> str:
        """A name from a catalog as it is compared."""
        return self.lowered(name) if self.folds_quoted else name

    def lowered(self, name: str) -> str:
        """A name in small letters, as far as the engine makes them small."""
        return name.translate(ASCII) if self.folds_ascii and not name.isascii() else name.lower()


BINDINGS = {
    "duckdb": Binding(
        name="duckdb",
        folds_quoted=True,
        folds_ascii=True,
        aliases=frozenset({"select", "where", "group", "having", "qualify", "order", "window"}),
        order_prefers_alias=False,
        rows_are_values=True,
    ),
    "postgres": Binding(
        name="postgres",
        folds_quoted=False,
        folds_ascii=False,
        aliases=frozenset({"group", "order"}),
        order_prefers_alias=False,
        rows_are_values=True,
    ),
    "spark": Binding(
        name="spark",
        folds_quoted=True,
        folds_ascii=False,
        aliases=frozenset({"select", "group", "having", "order", "qualify"}),
        order_prefers_alias=True,
        rows_are_values=False,
    ),
}
# What else sqlglot reads binds as one of these.
LIKE = {
    "databricks": "spark",
    "spark2": "spark",
    "hive": "spark",
    "redshift": "postgres",
    "materialize": "postgres",
    "risingwave": "postgres",
    "snowflake": "duckdb",
    "bigquery": "duckdb",
    "trino": "duckdb",
    "athena": "duckdb",
}


def binding_of(dialect: str) -> Binding | None:
    """A dialect's binding, or None where nobody has looked at it."""
    return BINDINGS.get(LIKE.get(dialect, dialect))
