"""Queries: SELECT, set operations, WITH, and what of each decides its row set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, span_of
from askfirst.lineage.influences import (
    FILTER,
    GROUP_BY,
    SORT,
    TRANSFORMATION,
    Influences,
    add,
    as_indirect,
    union,
    used,
)
from askfirst.lineage.keys import learn, shown_keys
from askfirst.lineage.ordering import is_of, limited, ordered, sorting, term
from askfirst.lineage.pivots import pivoted, renamed
from askfirst.lineage.relations import Column, Cte, Relation, Scope, Source, Value
from askfirst.lineage.sources import frame_of, read, stacked, takes_apart, values
from askfirst.lineage.stars import is_star, matched, spread, spread_name, spreading
from askfirst.lineage.values import collect, each, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Place

# What a SELECT may consist of here. Any other part is a gap: nobody has thought about what it does.
KNOWN = frozenset(
    [
        "with_",
        "expressions",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "qualify",
        "windows",
        "distinct",
        "order",
        "limit",
        "offset",
        "sample",
        "hint",
        "locks",
        "sort",
        "cluster",
        "distribute",
        "kind",
        "operation_modifiers",
    ]
)
# Spark's, where sqlglot does not know them: one entry of a SELECT list that yields several columns.
OF_SEVERAL_COLUMNS = frozenset({"json_tuple", "parse_url_tuple", "inline_outer"})
SET_RETURNING = (exp.Explode, exp.Unnest, exp.GenerateSeries, exp.ExplodingGenerateSeries)
ROUNDS = 64  # of a recursive WITH; its influences only grow, and settle within as many rounds as it has columns


def query(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """Analyse a query of any form."""
    known = with_entries(ctx, node, parent, ctes)
    if isinstance(node, exp.Select):
        return select(ctx, node, parent, known)
    if isinstance(node, exp.SetOperation):
        return shortened(ctx, node, set_operation(ctx, node, parent, known), parent, known)
    if isinstance(node, exp.Subquery):
        return wrapped(ctx, node, parent, known)
    if isinstance(node, exp.Pivot):
        scope = Scope(frame_of(ctx, exp.Select(), parent, known), parent, known)
        return shortened(
            ctx, node, pivoted(ctx, node, read(ctx, node.this, scope, known).relation, parent), parent, known
        )
    if isinstance(node, exp.Values | exp.Table):
        scope = Scope(frame_of(ctx, exp.Select(), parent, known), parent, known)
        made = values(ctx, node, scope) if isinstance(node, exp.Values) else read(ctx, node, scope, known).relation
        return shortened(ctx, node, made, parent, known)
    raise Unreadable(f"{type(node).__name__.upper()} is no query", span_of(node))


def wrapped(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """A query in parentheses; one that has more behind them is a SELECT from it."""
    inner = node.this
    if isinstance(inner, exp.Table) or node.args.get("joins"):
        outer = exp.Select(expressions=[exp.Star()])
        outer.set("from_", exp.From(this=inner.copy()))
        for name in ("order", "limit", "offset", "joins"):
            outer.set(name, node.args.get(name))
        return select(ctx, outer, parent, ctes)
    relation = ctx.query(ctx, inner, parent, ctes)
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(ctx, pivot, relation, parent)
    return shortened(ctx, node, relation, parent, ctes)


def with_entries(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> dict[str, Cte]:
    """The entries of WITH that a query may read, its own over those from outside."""
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    known = dict(ctes)
    for entry in clause.expressions:
        key = ctx.binding.fold(entry.args["alias"].this)
        known[key] = with_entry(ctx, entry, parent, dict(known), key, is_recursive=bool(clause.args.get("recursive")))
    return known


def with_entry(
    ctx: Context, entry: exp.Expr, parent: Scope | None, seen: dict[str, Cte], key: str, *, is_recursive: bool
) -> Cte:
    """One entry of WITH. A recursive one is read again until nothing more influences it."""
    names = [identifier.name for identifier in entry.args["alias"].args.get("columns") or ()]
    if entry.args.get("key_expressions"):
        ctx.gap("WITH RECURSIVE ... USING KEY", entry)

    def once() -> Relation:
        return keyed(ctx, ctx.query(ctx, entry.this, parent, seen), names)

    def until_settled() -> Relation:
        body = entry.this
        while isinstance(body, exp.Subquery) and not any(body.args.get(name) for name in ("order", "limit", "offset")):
            body = body.this
        if not isinstance(body, exp.SetOperation):
            return once()
        first = ctx.query(ctx, body.this, parent, with_entries(ctx, body, parent, seen))
        relation = keyed(ctx, first, names)
        for _ in range(ROUNDS):
            itself = Cte(key, once, replace(relation, keys=frozenset()))
            known = with_entries(ctx, body, parent, {**seen, key: itself})
            again = ctx.query(ctx, body.expression, parent, known)
            grown = keyed(ctx, shortened(ctx, body, combine(ctx, body, first, again), parent, known), names)
            if shape(grown) == shape(relation):
                return replace(grown, keys=frozenset())
            relation = grown
        raise Unreadable(f"the recursion of `{key}` does not settle", span_of(entry))

    return Cte(key, until_settled if is_recursive else once)


def keyed(ctx: Context, relation: Relation, names: list[str]) -> Relation:
    """A relation under the column names that WITH gives it."""
    return renamed(ctx, relation, names) if names else relation


def shape(relation: Relation) -> tuple[object, ...]:
    """A relation's influences, to see whether they have grown."""
    columns = tuple((column.key, frozenset(column.value.influences)) for column in relation.columns)
    return columns, frozenset(relation.rows), frozenset(relation.order)


def select(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """One SELECT: its frame, then clause by clause."""
    for name, part in node.args.items():
        if part and name not in KNOWN:
            ctx.gap(f"the clause {name.upper()} is not known here", node)
    frame = frame_of(ctx, node, parent, ctes)
    scope = Scope(frame, parent, ctes, aliases_of(ctx, node), windows=windows_of(ctx, node))
    clause(ctx, scope, "where", node.args.get("where"), FILTER)
    if node.args.get("where") is not None:
        learn(ctx, node.args["where"].this, scope)
    columns, plain = entries(ctx, node, scope)
    columns = apart(ctx, columns)
    group = grouping(ctx, node, scope, columns, plain)
    clause(ctx, scope, "having", node.args.get("having"), FILTER)
    clause(ctx, scope, "qualify", node.args.get("qualify"), FILTER)
    if node.args.get("qualify") is not None:
        learn(ctx, node.args["qualify"].this, scope)
    if node.args.get("sample") is not None:
        ctx.oddity("sample", "USING SAMPLE", node.args["sample"])
    keys = group if group is not None else shown_keys(frame, columns)
    if scope.multiplied:
        keys = frozenset()
    return ended(ctx, node, scope, columns, keys)


def apart(ctx: Context, columns: list[Column]) -> list[Column]:
    """Columns of which no two have one name: an engine renames the second, and so does nobody take it for the first."""
    taken: set[str] = set()
    found = []
    for column in columns:
        name, number = column.name, 0
        while ctx.binding.fold_text(name) in taken:
            number += 1
            name = f"{column.name}_{number}"
        taken.add(ctx.binding.fold_text(name))
        found.append(Column(ctx.binding.fold_text(name), name, column.value) if number else column)
    return found


def clause(ctx: Context, scope: Scope, name: str, node: exp.Expr | None, use: int) -> None:
    """A clause that decides rows."""
    if node is None:
        return
    scope.clause = name
    into: Influences = {}
    collect(ctx, node.this, scope, use, into)
    scope.frame.rows = union((scope.frame.rows, into))
    scope.clause = "select"


def aliases_of(ctx: Context, node: exp.Expr) -> dict[str, exp.Expr]:
    """The names that a SELECT list gives; where two are the same, the first."""
    named: dict[str, exp.Expr] = {}
    for entry in node.expressions:
        if isinstance(entry, exp.Alias):
            named.setdefault(ctx.binding.fold(entry.args["alias"]), entry.this)
    return named


def windows_of(ctx: Context, node: exp.Expr) -> dict[str, exp.Window]:
    """The windows that WINDOW names."""
    return {ctx.binding.fold(window.this): window for window in node.args.get("windows") or ()}


def entries(ctx: Context, node: exp.Expr, scope: Scope) -> tuple[list[Column], list[bool]]:
    """The columns of a SELECT list, and of each whether it is plain: no aggregate in it."""
    columns: list[Column] = []
    plain: list[bool] = []
    for entry in node.expressions:
        scope.folded = False
        made = list(shown(ctx, entry, scope))
        inner = entry.this if isinstance(entry, exp.Alias) else entry
        if not isinstance(inner, exp.Window) and not scope.frame.is_single:
            # A numbering that was read tells of its source's rows, and a join may have made more of each.
            made = [Column(one.key, one.name, one.value.at(one.value.place, None)) for one in made]
        columns += made
        plain += [not scope.folded] * len(made)
    scope.folded = not all(plain)
    return columns, plain


def shown(ctx: Context, entry: exp.Expr, scope: Scope) -> list[Column]:
    """The columns that one entry of a SELECT list yields."""
    inner = entry.this if isinstance(entry, exp.Alias | exp.Aliases) else entry
    if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Identifier):
        return [one_column(ctx, entry, evaluate(ctx, inner, scope), scope)]
    if is_star(entry) and not isinstance(entry, exp.Alias):
        return [Column(key, name, value) for key, name, value in matched(ctx, entry, scope)]
    if isinstance(inner, exp.Columns) and not isinstance(entry, exp.Alias):
        return [Column(key, name, value) for key, name, value in matched(ctx, inner, scope)]
    if entry.find(exp.Columns) is not None and spreading(entry) and not entry.find(exp.Query):
        return [
            Column(ctx.binding.fold_text(name), name, evaluate(ctx, one, scope))
            for read, one in spread(ctx, entry, scope)
            for name in [spread_name(entry, read)]
        ]
    if isinstance(inner, exp.Explode | exp.Posexplode | exp.Unnest | exp.Inline | exp.Stack):
        return taken_apart(ctx, entry, inner, scope)
    if isinstance(inner, exp.Anonymous) and str(inner.this).lower() in OF_SEVERAL_COLUMNS:
        ctx.gap("how many columns this is taken apart into is not known", entry)
    value = evaluate(ctx, inner, scope)
    if not isinstance(inner, exp.Column | exp.Literal):
        list_rows(ctx, inner, scope)
    return [one_column(ctx, entry, value, scope)]


def one_column(ctx: Context, entry: exp.Expr, value: Value, scope: Scope) -> Column:
    """The one column that an entry of a SELECT list yields."""
    name = shown_name(ctx, entry, scope)
    return Column(ctx.binding.fold_text(name), name, value)


def list_rows(ctx: Context, node: exp.Expr, scope: Scope) -> None:
    """A list that is taken apart inside an expression decides rows all the same."""
    many = SET_RETURNING if ctx.binding.name == "postgres" else SET_RETURNING[:2]
    if node.find(*many, exp.Anonymous) is None:
        return
    for inner in node.walk(prune=lambda part: isinstance(part, exp.Query)):
        if not isinstance(inner, many) and not takes_apart(inner):
            continue
        into: Influences = {}
        each(ctx, list(inner.iter_expressions()), scope, FILTER, into)
        scope.frame.rows = union((scope.frame.rows, into))
        scope.multiplied = True


def taken_apart(ctx: Context, entry: exp.Expr, node: exp.Expr, scope: Scope) -> list[Column]:
    """A list or struct taken apart in a SELECT list: its entries pass, and a list decides how many rows there are."""
    names = [identifier.name for identifier in entry.expressions] if isinstance(entry, exp.Aliases) else []
    scope.multiplied = True
    if isinstance(node, exp.Stack):
        made = stacked(ctx, node, scope)
        named = [*names, *(column.name for column in made[len(names) :])]
        return [
            Column(ctx.binding.fold_text(name), name, column.value) for name, column in zip(named, made, strict=True)
        ]
    inner = node.expressions[0] if isinstance(node, exp.Unnest) else node.this
    value = evaluate(ctx, inner, scope)
    into = used(value.influences, TRANSFORMATION)
    fields = fields_in(ctx, inner, value)
    if is_of_unknown_width(node, value, fields):
        ctx.gap("how many columns this is taken apart into is not known", node)
    if not fields or not isinstance(node, exp.Explode) or isinstance(inner, exp.Array):
        add(scope.frame.rows, into, FILTER, span_of(node))
    if isinstance(entry, exp.Alias) and not fields:
        names = [entry.alias]
    names = names or fields or default_names(ctx, node, inner, value)
    return [Column(ctx.binding.fold_text(name), name, Value(dict(into))) for name in names]


def is_of_unknown_width(node: exp.Expr, value: Value, fields: list[str]) -> bool:
    """Whether a list or struct that is taken apart may yield more columns than can be told here."""
    if isinstance(node, exp.Inline):
        return not fields
    if not isinstance(node, exp.Explode) or not node.expressions:
        return False
    kind = value.kind.upper()  # DuckDB's `recursive` and `max_depth` open what is inside, too
    return not fields or kind.count("STRUCT") != 1 or "[" in kind or "MAP" in kind


def default_names(ctx: Context, node: exp.Expr, inner: exp.Expr, value: Value) -> list[str]:
    """What the engine calls the columns of a list, or of Spark's map, that is taken apart."""
    if ctx.binding.name != "spark":
        return ["unnest"]
    is_map = isinstance(inner, exp.Map | exp.VarMap | exp.MapFromEntries | exp.StrToMap)
    named = ["key", "value"] if is_map or value.kind.upper().startswith("MAP") else ["col"]
    return ["pos", *named] if isinstance(node, exp.Posexplode) else named


def fields_in(ctx: Context, node: exp.Expr, value: Value) -> list[str]:
    """The names of the fields of a struct, or of a list's structs that stand here."""
    if isinstance(node, exp.Array) and node.expressions:
        node = node.expressions[0]
        value = Value()
    if isinstance(node, exp.Struct):
        named = [
            part.this.name if isinstance(part, exp.PropertyEQ) else part.alias_or_name for part in node.expressions
        ]
        return named if all(named) else []
    if value.fields:
        return list(value.fields)
    if value.kind.upper().startswith("STRUCT") and not value.kind.endswith("]"):
        return [field.name for field in exp.DataType.build(value.kind, dialect=ctx.dialect).expressions]
    return []


def shown_name(ctx: Context, entry: exp.Expr, scope: Scope) -> str:
    """The name of an output column: as given, as the column read is called, or as the engine would make one up."""
    if isinstance(entry, exp.Alias):
        return entry.alias
    while isinstance(entry, exp.Paren):
        entry = entry.this
    if isinstance(entry, exp.Column | exp.Dot):
        name = entry.name if isinstance(entry, exp.Column) else entry.expression.name
        if isinstance(entry, exp.Column) and not entry.args.get("table"):
            key = ctx.binding.fold(entry.this)
            for position in scope.frame.holding(key):
                column = scope.frame.sources[position].relation.column(key)
                return column.name if column is not None else name
        return name
    if isinstance(entry, exp.Count) and isinstance(entry.this, exp.Star) and ctx.dialect == "duckdb":
        return "count_star()"
    if ctx.binding.name == "postgres":
        named = entry.this if isinstance(entry, exp.Window) else entry
        return named.sql_name().lower() if isinstance(named, exp.Func) else "?column?"
    return entry.sql(ctx.dialect)


def grouping(
    ctx: Context, node: exp.Expr, scope: Scope, columns: list[Column], plain: list[bool]
) -> frozenset[frozenset[str]] | None:
    """GROUP BY decides rows; what it proves unique of the result, or None where nothing is grouped."""
    group = node.args.get("group")
    if group is None:
        scope.grouped = scope.folded
        return frozenset({frozenset()}) if scope.folded else None
    scope.clause, scope.grouped = "group", True
    into: Influences = {}
    named: list[str | None] = []
    if group.args.get("all"):
        for column, is_plain in zip(columns, plain, strict=True):
            if is_plain:
                add(into, column.value.influences, GROUP_BY)
                named.append(column.key)
    named += [grouped_by(ctx, node, scope, part, columns, into) for part in group.expressions]
    for sets in ("grouping_sets", "rollup", "cube"):
        for part in group.args.get(sets) or ():
            grouped_by(ctx, node, scope, part, columns, into)
            named.append(None)
    scope.clause = "select"
    scope.frame.rows = union((scope.frame.rows, into))
    scope.frame.keys = frozenset()
    keys = [name for name in named if name is not None]
    return frozenset({frozenset(keys)}) if len(keys) == len(named) else frozenset()


def grouped_by(
    ctx: Context, node: exp.Expr, scope: Scope, part: exp.Expr, columns: list[Column], into: Influences
) -> str | None:
    """One part of GROUP BY; the output column that shows just it, or None."""
    if isinstance(part, exp.Literal) and not part.is_string:
        number = int(part.name) - 1
        if not 0 <= number < len(columns):
            raise Unreadable(f"GROUP BY {part.name} is no column of the SELECT list", span_of(part))
        add(into, columns[number].value.influences, GROUP_BY)
        return columns[number].key
    if isinstance(part, exp.Paren):
        return grouped_by(ctx, node, scope, part.this, columns, into)
    if isinstance(part, exp.GroupingSets | exp.Rollup | exp.Cube | exp.Tuple):
        for inner in part.expressions:
            grouped_by(ctx, node, scope, inner, columns, into)
        return None
    collect(ctx, part, scope, GROUP_BY, into)
    return shown_as(ctx, node, scope, part, columns)


def shown_as(ctx: Context, node: exp.Expr, scope: Scope, part: exp.Expr, columns: list[Column]) -> str | None:
    """The output column that shows just an expression of GROUP BY, or None."""
    value = evaluate(ctx, part, scope)
    for entry, column in zip(node.expressions, columns, strict=False):
        inner = entry.this if isinstance(entry, exp.Alias) else entry
        same_place = value.place is not None and column.value.place == value.place
        if len(node.expressions) == len(columns) and (same_place or inner == part):
            return column.key
        if isinstance(part, exp.Column) and isinstance(entry, exp.Alias) and inner is scope.aliases.get(part.name):
            return column.key if value.place is None else None
    return None


def ended(
    ctx: Context, node: exp.Expr, scope: Scope, columns: list[Column], keys: frozenset[frozenset[str]]
) -> Relation:
    """DISTINCT, ORDER BY and LIMIT, and the relation that comes out."""
    rows = scope.frame.rows
    order = ordered(ctx, node, scope, columns, {} if scope.grouped else scope.frame.order, keys)
    distinct = node.args.get("distinct")
    if distinct is not None:
        into: Influences = {}
        on = distinct.args.get("on")
        if on is not None:
            scope.clause = "order"
            parts = on.expressions if isinstance(on, exp.Tuple) else [on]
            for part in parts:
                add(into, term(ctx, part, scope, columns, GROUP_BY), GROUP_BY)
            add(into, order, SORT)
            scope.clause = "select"
            names = {column.key for part in parts for column in columns if is_of(ctx, part, column, scope)}
            keys = keys | ({frozenset(names)} if len(names) == len(parts) else frozenset())
        else:
            for column in columns:
                add(into, column.value.influences, GROUP_BY)
            keys = keys | {frozenset(column.key for column in columns)}
            order = sorting(ctx, node, scope, columns)
        rows = union((rows, into))
    rows, keys = limited(ctx, node, scope, rows, order, keys)
    by_place = {column.value.place: column.key for column in columns if column.value.place}
    if scope.multiplied or scope.grouped:
        by_place = {}  # no numbering of the rows that went in tells of those that come out
    out = tuple(Column(column.key, column.name, outward(column.value, by_place)) for column in columns)
    return Relation(out, rows, order, keys)


def outward(value: Value, by_place: dict[Place, str]) -> Value:
    """A value as those outside see it: places are the frame's own business; numberings go by output columns."""
    ranks = None
    if value.ranks is not None and all(place in by_place for place in value.ranks):
        ranks = frozenset((-1, by_place[place]) for place in value.ranks)
    if value.place is None and value.ranks is None:
        return value
    return value.at(None, ranks)


def shortened(ctx: Context, node: exp.Expr, relation: Relation, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """A query in parentheses or a set operation, with the ORDER BY and LIMIT behind it."""
    if not any(node.args.get(name) for name in ("order", "limit", "offset")):
        return relation
    scope = Scope(frame_of(ctx, exp.Select(), parent, ctes), parent, ctes)
    scope.frame.sources.append(Source("", relation))
    order = ordered(ctx, node, scope, list(relation.columns), relation.order, relation.keys)
    rows, keys = limited(ctx, node, scope, relation.rows, order, relation.keys)
    return replace(relation, rows=rows, order=order, keys=keys)


def set_operation(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """UNION, INTERSECT, EXCEPT: by position or by name; what they compare decides rows."""
    return combine(ctx, node, *(ctx.query(ctx, side, parent, ctes) for side in (node.this, node.expression)))


def combine(ctx: Context, node: exp.Expr, left: Relation, right: Relation) -> Relation:
    """Two relations by a set operation."""
    if left.table or right.table:
        ctx.gap("a set operation over columns that are not all known", node)
    pairs = by_name(left, right) if node.args.get("by_name") else by_position(node, left, right)
    is_union = isinstance(node, exp.Union)
    columns = tuple(
        Column(
            one.key,
            one.name,
            Value(
                union((one.value.influences, other.value.influences)) if is_union and other else one.value.influences,
                kind=one.value.kind if other is None or other.value.kind == one.value.kind else "",
            ),
        )
        for one, other in pairs
    )
    rows = union((left.rows, right.rows if is_union else as_indirect(right.rows, GROUP_BY)))
    is_distinct = node.args.get("distinct") is not False
    if is_distinct or not is_union:
        for one, other in pairs:
            add(rows, one.value.influences, GROUP_BY)
            if other is not None:
                add(rows, other.value.influences, GROUP_BY)
    order = union((left.order, right.order)) if is_union and not is_distinct else {}
    keys = frozenset({frozenset(column.key for column in columns)}) if is_distinct else frozenset()
    return Relation(columns, rows, order, keys if is_union else keys | left.keys)


def by_position(node: exp.Expr, left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    """Columns as they stand beside each other."""
    if len(left.columns) != len(right.columns) and not (left.table or right.table):
        widths = f"{len(left.columns)} and {len(right.columns)}"
        raise Unreadable(f"a set operation joins {widths} columns", span_of(node.expression))
    others = list(right.columns) + [None] * (len(left.columns) - len(right.columns))
    return list(zip(left.columns, others, strict=False))


def by_name(left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    """Columns of the same name; those that only the right side has come last."""
    pairs: list[tuple[Column, Column | None]] = [(column, right.column(column.key)) for column in left.columns]
    return pairs + [(column, None) for column in right.columns if left.column(column.key) is None]
