"""Which functions fold many rows into one value, and which of them depend on the order of their rows."""

from __future__ import annotations

from sqlglot import exp

# Of sqlglot's aggregates, those that only a window can use: they pick or number rows, they do not fold them.
WINDOW_ONLY = (
    exp.CumeDist,
    exp.DenseRank,
    exp.FirstValue,
    exp.Lag,
    exp.LastValue,
    exp.Lead,
    exp.NthValue,
    exp.Ntile,
    exp.PercentRank,
    exp.Rank,
    exp.RowNumber,
)
# Aggregates of DuckDB, PostgreSQL and Spark that sqlglot reads as functions it does not know.
NAMED = frozenset(
    [
        "approx_top_k",
        "arbitrary",
        "array_agg",
        "bit_and",
        "bit_or",
        "bit_xor",
        "bitstring_agg",
        "bool_and",
        "bool_or",
        "collect_list",
        "collect_set",
        "count_if",
        "countif",
        "count_min_sketch",
        "entropy",
        "every",
        "favg",
        "first",
        "fsum",
        "histogram",
        "histogram_exact",
        "json_agg",
        "json_agg_strict",
        "json_group_array",
        "json_group_object",
        "json_group_structure",
        "json_object_agg",
        "jsonb_agg",
        "jsonb_object_agg",
        "kahan_sum",
        "kurtosis_pop",
        "last",
        "list",
        "listagg",
        "lttb",
        "mad",
        "max_by",
        "mean",
        "min_by",
        "percentile",
        "percentile_approx",
        "product",
        "quantile_cont",
        "quantile_disc",
        "range_agg",
        "reservoir_quantile",
        "sem",
        "some",
        "string_agg",
        "sumkahan",
        "sum_no_overflow",
        "variant_group_object",
        "xmlagg",
        "arg_max_null",
        "arg_min_null",
        "arg_max_nulls_last",
        "arg_min_nulls_last",
    ]
)
BY_ORDER = (exp.ArrayAgg, exp.GroupConcat, exp.First, exp.Last, exp.AnyValue, exp.JSONArrayAgg, exp.JSONObjectAgg)
BY_ORDER_NAMED = frozenset(
    [
        "approx_top_k",
        "arbitrary",
        "array_agg",
        "collect_list",
        "first",
        "json_agg",
        "json_group_array",
        "json_group_object",
        "json_object_agg",
        "jsonb_agg",
        "jsonb_object_agg",
        "last",
        "list",
        "listagg",
        "lttb",
        "string_agg",
    ]
)
BY_ORDER_WINDOW = (exp.RowNumber, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead, exp.Ntile)
PICKS = (exp.ArgMax, exp.ArgMin)
PICKS_NAMED = frozenset(
    ["arg_max_null", "arg_min_null", "arg_max_nulls_last", "arg_min_nulls_last", "max_by", "min_by"]
)
PERCENTILES = (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.Mode)


def function_name(node: exp.Expr) -> str:
    """The name of a function that sqlglot does not know, else nothing."""
    if not isinstance(node, exp.Anonymous):
        return ""
    name = node.this
    return name.lower() if isinstance(name, str) else str(name.name).lower()


def folds(node: exp.Expr) -> bool:
    """Whether a function is an aggregate."""
    if isinstance(node, exp.AggFunc):
        return not isinstance(node, WINDOW_ONLY)
    return function_name(node) in NAMED


def picks(node: exp.Expr) -> bool:
    """Whether its first argument is the value and its second decides which."""
    return isinstance(node, PICKS) or function_name(node) in PICKS_NAMED


def heeds_order(node: exp.Expr) -> bool:
    """Whether an aggregate depends on the order of its rows, where it has no ORDER BY of its own."""
    return isinstance(node, BY_ORDER) or function_name(node) in BY_ORDER_NAMED or picks(node)
