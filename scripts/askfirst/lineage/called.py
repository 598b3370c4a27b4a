"""Functions that sqlglot knows and DuckDB does not have: one that is called all the same is somebody's macro.

sqlglot reads such a call as the function of another engine, which sees its arguments alone; a macro may read any table.
"""

from __future__ import annotations

import functools
import re

from sqlglot import TokenType
from sqlglot.dialects.dialect import Dialect

from askfirst.lineage.context import builtin_functions
from askfirst.lineage.flows import Gap, Span

CALL = re.compile(r"\b(\w++)\"?\s*+\(")
# What DuckDB's grammar has with parentheses behind it, and its list of functions has not.
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
# `AS z (a, b)` and `WITH z (a, b) AS` name a relation.
NAMING = frozenset({TokenType.ALIAS, TokenType.WITH, TokenType.RECURSIVE})


@functools.cache
def of_others() -> frozenset[str]:
    """The functions that sqlglot reads in DuckDB's SQL though DuckDB does not have them."""
    known = Dialect.get_or_raise("duckdb").parser_class.FUNCTIONS
    return frozenset(name.lower() for name in known) - builtin_functions() - GRAMMAR


def macros_called(sql: str) -> list[Gap]:
    """A gap for each macro that goes by the name of another engine's function."""
    if of_others().isdisjoint(CALL.findall(sql.lower())):
        return []
    tokens = Dialect.get_or_raise("duckdb").tokenize(sql)
    return [
        Gap(
            f"function `{one.text.lower()}` is none of duckdb's own: a macro may read more than its arguments",
            Span(one.start, one.end),
        )
        for before, one, after in zip([None, *tokens], tokens, tokens[1:], strict=False)
        if one.text.lower() in of_others()
        and one.token_type is not TokenType.STRING
        and after.token_type is TokenType.L_PAREN
        and (before is None or before.token_type not in NAMING)
    ]
