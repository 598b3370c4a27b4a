"""Functions that sqlglot knows and the engine does not have: one that is called all the same is somebody's own.

sqlglot reads such a call as the function of another engine, which sees its arguments alone; somebody's own may read any
table.
"""

from __future__ import annotations

import functools
import re

from sqlglot import TokenType
from sqlglot.dialects.dialect import Dialect

from askfirst.lineage.context import functions_of, not_its_own
from askfirst.lineage.flows import Gap, Span

CALL = re.compile(r"\b(\w++)\"?\s*+\(")
# What SQL's grammar has with parentheses behind it, and the lists of functions have not.
GRAMMAR = frozenset(
    [
        "and",
        "any",
        "array",
        "case",
        "cast",
        "char",
        "coalesce",
        "collate",
        "columns",
        "current_time",
        "current_timestamp",
        "date",
        "datetime",
        "exists",
        "extract",
        "float64",
        "grouping",
        "grouping_id",
        "ifnull",
        "insert",
        "int64",
        "like",
        "localtime",
        "localtimestamp",
        "or",
        "percentile_cont",
        "percentile_disc",
        "string",
        "struct",
        "time",
        "timestamp",
        "try",
        "try_cast",
    ]
)
# And of one engine alone.
ITS_OWN = {
    "duckdb": frozenset[str](),
    "postgres": frozenset({"filter", "second", "xmlelement"}),
    "spark": frozenset({"timestampadd", "timestampdiff"}),
}
# `AS z (a, b)` and `WITH z (a, b) AS` name a relation.
NAMING = frozenset({TokenType.ALIAS, TokenType.WITH, TokenType.RECURSIVE})


@functools.cache
def of_others(dialect: str) -> frozenset[str]:
    """The functions that sqlglot reads in an engine's SQL though the engine does not have them."""
    own = functions_of(dialect)
    if own is None:
        return frozenset()
    known = Dialect.get_or_raise(dialect).parser_class.FUNCTIONS
    return frozenset(name.lower() for name in known) - own - GRAMMAR - ITS_OWN[dialect]


def others_called(sql: str, dialect: str) -> list[Gap]:
    """A gap for each function of somebody's own that goes by the name of another engine's."""
    others = of_others(dialect)
    if others.isdisjoint(CALL.findall(sql.lower())):
        return []
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    return [
        Gap(not_its_own(one.text.lower(), dialect), Span(one.start, one.end))
        for before, one, after in zip([None, *tokens], tokens, tokens[1:], strict=False)
        if one.text.lower() in others
        and one.token_type is not TokenType.STRING
        and after.token_type is TokenType.L_PAREN
        and (before is None or before.token_type not in NAMING)
    ]
