"""Functions that a query calls: whose they are, and what they may read beside their arguments.

sqlglot knows functions of every engine. One that the engine at hand does not have and that is called all the same is
somebody's own; sqlglot reads it as another engine's, which sees its arguments alone, and it may read any table.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from sqlglot import TokenType, exp
from sqlglot.dialects.dialect import Dialect

from askfirst.lineage import aggregates
from askfirst.lineage.flows import Gap, Span
from askfirst.lineage.functions import functions_of

if TYPE_CHECKING:
    from askfirst.lineage.context import Context

CLOCK = (exp.CurrentDate, exp.CurrentDatetime, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentTimestampLTZ)
CLOCK_NAMED = frozenset(
    [
        "now",
        "today",
        "get_current_time",
        "get_current_timestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "clock_timestamp",
        "current_localtime",
        "current_localtimestamp",
        "localtime",
        "localtimestamp",
        "unix_timestamp",
    ]
)
CHANCE = (exp.Rand, exp.Randn, exp.Uuid)
CHANCE_NAMED = frozenset(
    ["random", "rand", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "setseed", "randn", "shuffle"]
)
OPAQUE_NAMED = {
    "getvariable": "a session variable may hold anything",
    "current_setting": "a setting may hold anything",
    "nextval": "a sequence counts what others did",
    "currval": "a sequence counts what others did",
    "query": "it runs SQL that is text here",
    "query_table": "it reads a table that is named by text",
}
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


def look_at(ctx: Context, node: exp.Expr) -> None:
    """Note a function that reads the clock, draws at random, or reads what is not in its arguments."""
    name = aggregates.function_name(node)
    if isinstance(node, CLOCK) or name in CLOCK_NAMED:
        ctx.oddity("clock", name or node.key, node)
    elif isinstance(node, CHANCE) or name in CHANCE_NAMED:
        ctx.oddity("chance", name or node.key, node)
    elif name in OPAQUE_NAMED:
        ctx.gap(f"{name}(): {OPAQUE_NAMED[name]}", node)


def look_whose(ctx: Context, node: exp.Expr) -> None:
    """Note a function that sqlglot does not know and the engine does not have by itself."""
    name, own = aggregates.function_name(node), functions_of(ctx.dialect)
    if own is not None and name not in own and name not in OPAQUE_NAMED:
        ctx.gap(not_its_own(name, ctx.dialect), node)


def not_its_own(function: str, dialect: str) -> str:
    """What is wrong with a call of a function that a dialect does not have by itself."""
    return f"function `{function}` is none of {dialect}'s own: it may read more than its arguments"
