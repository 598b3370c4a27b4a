"""What a name means where it stands: a column, a field, a table's row, or an alias of the SELECT list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, span_of
from askfirst.lineage.influences import TRANSFORMATION, union, used
from askfirst.lineage.relations import Value, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Frame, Scope

SYSTEM = frozenset({"rowid", "ctid", "tableoid", "filename", "file_row_number", "oid", "xmin"})


def parts_of(ctx: Context, node: exp.Expr) -> tuple[str, ...]:
    """A dotted reference's names as they are compared, from the outermost on."""
    args, fold = node.args, ctx.binding.fold
    named = [args.get("catalog"), args.get("db")] if args.get("db") else []
    return tuple(
        [fold(part) for part in (*named, args.get("table"), args.get("this")) if isinstance(part, exp.Identifier)]
    )


def resolve(ctx: Context, node: exp.Expr, scope: Scope, evaluate: Callable[..., Value]) -> Value:
    """The value that a column reference means. Raises Unreadable where no name in reach fits."""
    return resolve_parts(ctx, parts_of(ctx, node), node, scope, evaluate)


def resolve_parts(
    ctx: Context, parts: tuple[str, ...], node: exp.Expr, scope: Scope, evaluate: Callable[..., Value]
) -> Value:
    """The value that a dotted name means."""
    for position, reach in enumerate(scopes(scope)):
        value = in_scope(ctx, parts, reach, evaluate)
        if value is not None:
            outer = further(ctx, parts, reach, evaluate) if len(parts) > 1 else None
            if outer is not None:
                return Value(union((value.influences, outer.influences)))
            # A place counts in the frame it belongs to; from an inner query the row is another's.
            return value if position == 0 else Value(value.influences, value.kind, value.fields)
    for reach in scopes(scope):
        value = perhaps(ctx, parts, node, reach.frame)
        if value is not None:
            return value
    raise Unreadable(f"column `{'.'.join(parts)}` is in nothing that this query reads", span_of(node))


def further(ctx: Context, parts: tuple[str, ...], reach: Scope, evaluate: Callable[..., Value]) -> Value | None:
    """What a dotted name means outside, where here it is a field only if some column happens to be a struct."""
    if reach.parent is None:
        return None
    column = of_column((), parts[0], reach.frame)
    if reach.frame.named(parts[:1]) is not None or column is None or column.kind or column.fields is not None:
        return None
    for outer in scopes(reach):
        if outer is not reach and outer.frame.named(parts[:-1]) is not None:
            return in_scope(ctx, parts, outer, evaluate)
    return None


def scopes(scope: Scope) -> Iterator[Scope]:
    """A scope and those around it."""
    reach: Scope | None = scope
    while reach is not None:
        yield reach
        reach = reach.parent


def in_scope(ctx: Context, parts: tuple[str, ...], scope: Scope, evaluate: Callable[..., Value]) -> Value | None:
    """What a name means in one scope, for sure."""
    if parts[0] in scope.locals:
        # A parameter's field looks like a table's column: both count.
        entry, column = scope.locals[parts[0]], of_frame(parts, scope.frame) if len(parts) > 1 else None
        return Value(union((entry.influences, column.influences))) if column is not None else entry
    if len(parts) == 1 and prefers_alias(ctx, scope):
        value = of_alias(ctx, parts[0], scope, evaluate)
        if value is not None:
            return value
    value = of_frame(parts, scope.frame)
    if value is not None and not (len(parts) == 1 and scope.clause == "having" and "having" in ctx.binding.aliases):
        return value
    value = value or whole_row(parts, scope.frame)
    aliased = of_alias(ctx, parts[0], scope, evaluate) if len(parts) == 1 else None
    if value is not None and aliased is not None:
        # A column and an alias in HAVING, a table and an alias anywhere: it may mean either, by rules that no engine
        # shares with another, so both count.
        return Value(union((value.influences, aliased.influences)))
    return value or aliased


def prefers_alias(ctx: Context, scope: Scope) -> bool:
    """Whether an alias hides a column of its name here."""
    return scope.clause == "order" and ctx.binding.order_prefers_alias


def of_frame(parts: tuple[str, ...], frame: Frame) -> Value | None:
    """A column of the frame: with the longest qualifier that fits, the rest being fields of a struct."""
    for split in range(len(parts) - 1, -1, -1):
        value = of_column(parts[:split], parts[split], frame)
        if value is not None:
            if split + 1 < len(parts) and not has_fields(value):
                continue
            for name in parts[split + 1 :]:
                value = field_of(value, name)
            return value
    return None


def has_fields(value: Value) -> bool:
    """Whether a value may be a struct: what is known to be a number or a text has no fields."""
    kind = value.kind.upper()
    return value.fields is not None or not kind or kind.startswith(("STRUCT", "JSON", "MAP", "UNION", "VARIANT", "ROW"))


def of_column(qualifier: tuple[str, ...], key: str, frame: Frame) -> Value | None:
    """A column by its qualifier, or without one: then of the source that has it, or what USING made of several."""
    if qualifier:
        position = frame.named(qualifier)
        return frame.placed(position, key) if position is not None else None
    values = [value for position in frame.holding(key) if (value := frame.shown(position, key)) is not None]
    if len(values) <= 1:
        return values[0] if values else None
    return Value(joined(values))


def whole_row(parts: tuple[str, ...], frame: Frame) -> Value | None:
    """A table's name as a value: its whole row, as a struct of its columns."""
    position = frame.named(parts)
    if position is None:
        return None
    source = frame.sources[position]
    columns = {column.key: source.column(column.key) or column.value for column in source.relation.columns}
    return Value(used(joined(list(columns.values())), TRANSFORMATION), fields=columns)


def of_alias(ctx: Context, key: str, scope: Scope, evaluate: Callable[..., Value]) -> Value | None:
    """What an entry of the SELECT list yields, where this clause may name it; None inside itself."""
    if scope.clause not in ctx.binding.aliases or key not in scope.aliases:
        return None
    if key not in scope.known:
        scope.known[key] = None  # being computed: an alias does not mean itself
        inside, scope.locals = scope.locals, {}  # it means what it means outside of any lambda
        scope.known[key] = evaluate(ctx, scope.aliases[key], scope)
        scope.locals = inside
    return scope.known[key]


def field_of(value: Value, name: str) -> Value:
    """A field of a struct: itself where the struct was put together in sight, else the whole column."""
    if value.fields and name in value.fields:
        return value.fields[name]
    return Value(used(value.influences, TRANSFORMATION))


def perhaps(ctx: Context, parts: tuple[str, ...], node: exp.Expr, frame: Frame) -> Value | None:
    """A column of a source whose columns are not all known; where several may have it, of each of them."""
    key = parts[-1]
    position = frame.named(parts[:-1]) if len(parts) > 1 else None
    if position is not None and (key in SYSTEM or frame.sources[position].relation.table):
        candidates = [position]
    else:
        candidates = [n for n, source in enumerate(frame.sources) if source.relation.table and source.is_visible]
        key = parts[0]
        if not candidates and len(parts) == 1 and key in SYSTEM:
            candidates = list(range(len(frame.sources)))
    values = [frame.sources[n] for n in candidates]
    if not values:
        return None
    if not all(source.relation.table for source in values):
        ctx.gap(f"`{key}` tells where the engine put a row, which may come of anything", node)
    found = [source.relation.table(key) if source.relation.table else Value() for source in values]
    extra = union(source.extra for source in values)
    return found[0].with_extra(extra) if len(found) == 1 else Value(union((joined(found), extra)))
