"""What ``*``, ``t.*``, ``struct.*`` and ``COLUMNS(...)`` stand for, each with what it leaves out, replaces, renames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, column_span, span_of
from askfirst.lineage.influences import TRANSFORMATION, used
from askfirst.lineage.names import of_frame, parts_of
from askfirst.lineage.relations import Value
from askfirst.lineage.values import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Frame, Scope, Source

Shown = tuple[str, str, Value]  # key, name as shown, value


# What may stand around a star and choose among its columns by their names, as far as parsers let it.
CHOOSING = exp.Like | exp.ILike | exp.SimilarTo | exp.Glob | exp.RegexpLike | exp.RegexpILike | exp.Escape | exp.Not


def is_star(node: exp.Expr) -> bool:
    """Whether an entry of a SELECT list stands for any number of columns."""
    inner = chosen_from(node.this if isinstance(node, exp.Alias) else node)
    if isinstance(inner, exp.Dot):
        return isinstance(inner.expression, exp.Star)
    return isinstance(inner, exp.Star) or (isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star))


def chosen_from(node: exp.Expr) -> exp.Expr:
    """The star among whose columns something chooses."""
    while isinstance(node, CHOOSING):
        node = node.this
    return node


def matched(ctx: Context, node: exp.Expr, scope: Scope) -> list[Shown]:
    """The columns that a star, or ``COLUMNS(...)``, stands for."""
    if isinstance(node, exp.Columns):
        return of_columns(ctx, node, scope)
    if isinstance(node, exp.Column):
        return modified(ctx, node.this, list(qualified(ctx, node, scope)), scope)
    if isinstance(node, exp.Star):
        return modified(ctx, node, list(everything(ctx, node, scope)), scope)
    if isinstance(node, exp.Dot):
        return list(fields_of(ctx, node, evaluate(ctx, node.this, scope)))
    listed = matched(ctx, chosen_from(node), scope)
    like = chosen(ctx, node)
    return [shown for shown in listed if like(shown[1])]


def chosen(ctx: Context, node: exp.Expr) -> Callable[[str], bool]:
    """The test of ``* LIKE 'pattern'``."""
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Like | exp.ILike):
        like = chosen(ctx, node.this)
        return lambda name: not like(name)
    if isinstance(node, exp.Like | exp.ILike) and isinstance(node.expression, exp.Literal):
        return matching(node, node.expression.name)
    ctx.gap("which columns this pattern chooses is not known: all of them count", node)
    return lambda _name: True


def matching(node: exp.Expr, pattern: str) -> Callable[[str], bool]:
    """The test of a pattern of LIKE or ILIKE."""
    parts = ({"%": ".*", "_": "."}.get(letter) or re.escape(letter) for letter in pattern)
    test = re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if isinstance(node, exp.ILike) else re.NOFLAG))
    return lambda name: (test.fullmatch(name) is not None) != is_negated(node)


def everything(ctx: Context, node: exp.Expr, scope: Scope) -> Iterator[Shown]:
    """All columns of FROM; those that USING compared once, at the first of them that EXCLUDE does not name."""
    frame = scope.frame
    left_out = left_out_by_source(ctx, node, scope)
    passed_on: dict[str, Value] = {}
    for position, source in opened(ctx, node, frame):
        for column in source.relation.columns:
            key, is_hidden = column.key, column.key in source.hidden
            if is_hidden and key not in passed_on:
                continue
            value = passed_on.pop(key) if is_hidden else frame.shown(position, key) or column.value
            if (position, key) not in left_out:
                yield key, column.name, value
            elif is_hidden or key in source.shared:
                passed_on[key] = value


def opened(ctx: Context, node: exp.Expr, frame: Frame) -> Iterator[tuple[int, Source]]:
    """The sources that a star opens, with their positions."""
    if not frame.sources:
        raise Unreadable("* without FROM", span_of(node))
    for position, source in enumerate(frame.sources):
        if source.is_visible:
            if source.relation.table:
                ctx.gap(f"* over `{source.alias}`, whose columns are not all known", node)
            yield position, source


def qualified(ctx: Context, node: exp.Expr, scope: Scope) -> Iterator[Shown]:
    """All columns of one source; or all fields of a struct."""
    parts = parts_of(ctx, node)
    reach: Scope | None = scope
    while reach is not None:
        position = reach.frame.named(parts)
        if position is not None:
            source = reach.frame.sources[position]
            if source.relation.table:
                ctx.gap(f"{'.'.join(parts)}.* over columns that are not all known", node)
            left_out = left_out_by_source(ctx, node.this, reach)
            for column in source.relation.columns:
                if (position, column.key) not in left_out:
                    yield column.key, column.name, reach.frame.placed(position, column.key) or column.value
            return
        value = of_frame(parts, reach.frame)
        if value is not None:
            yield from fields_of(ctx, node, value)
            return
        reach = reach.parent
    raise Unreadable(f"`{'.'.join(parts)}.*`: nothing of that name is read here", column_span(node) or span_of(node))


def fields_of(ctx: Context, node: exp.Expr, value: Value) -> Iterator[Shown]:
    """The fields of a struct, each as the whole column unless it was put together in sight."""
    if value.fields is not None:
        for name, field in value.fields.items():
            yield name, name, field
        return
    kind = exp.DataType.build(value.kind, dialect=ctx.dialect) if value.kind else None
    named = [part for part in (kind.expressions if kind else ()) if isinstance(part, exp.ColumnDef)]
    if not named:
        ctx.gap("the fields of this struct are not known", node)
    for definition in named:
        name = definition.name
        yield ctx.binding.fold_text(name), name, Value(used(value.influences, TRANSFORMATION))


def modified(ctx: Context, star: exp.Expr, listed: list[Shown], scope: Scope) -> list[Shown]:
    """ILIKE, EXCLUDE, REPLACE and RENAME; of several columns of a name that is replaced, the first is all there is."""
    left_out = {name for *of, name in named_by_exclude(ctx, star) if not of or scope.frame.named(tuple(of)) is None}
    replaced = {ctx.binding.fold_text(entry.alias): entry.this for entry in star.args.get("replace") or ()}
    renamed = {ctx.binding.fold_text(entry.this.name): entry.alias for entry in star.args.get("rename") or ()}
    pattern = star.args.get("ilike")
    like = chosen(ctx, exp.ILike(this=exp.Star(), expression=pattern)) if pattern is not None else None
    found: list[Shown] = []
    met: set[str] = set()
    for key, name, value in listed:
        if key in left_out or (key in replaced and key in met) or (like is not None and not like(name)):
            continue
        met.add(key)
        kept = evaluate(ctx, replaced[key], scope) if key in replaced else value
        new = renamed.get(key, name)
        found.append((ctx.binding.fold_text(new), new, kept))
    return found


def named_by_exclude(ctx: Context, star: exp.Expr) -> list[tuple[str, ...]]:
    """The names in EXCLUDE, each with the source that it gives."""
    return [parts_of(ctx, name) for name in star.args.get("except_") or ()]


def left_out_by_source(ctx: Context, star: exp.Expr, scope: Scope) -> set[tuple[int | None, str]]:
    """The columns that EXCLUDE names together with their source, as places of the frame."""
    return {(scope.frame.named(parts[:-1]), parts[-1]) for parts in named_by_exclude(ctx, star) if len(parts) > 1}


def of_columns(ctx: Context, node: exp.Expr, scope: Scope) -> list[Shown]:
    """``COLUMNS(*)``, by regular expression, by a list of names, or by a condition on the name."""
    inner = node.this
    if isinstance(inner, exp.Star) or (isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)):
        return matched(ctx, inner, scope)
    listed = list(everything(ctx, node, scope))
    if isinstance(inner, exp.Literal) and inner.is_string and "[:" not in inner.name:
        try:
            pattern = re.compile(inner.name)
        except re.error:
            ctx.gap("which columns this pattern chooses is not known: all of them count", node)
            return listed
        return [shown for shown in listed if pattern.search(shown[1])]
    if isinstance(inner, exp.Array) and all(isinstance(entry, exp.Literal) for entry in inner.expressions):
        names = {ctx.binding.fold_text(entry.name) for entry in inner.expressions}
        return [shown for shown in listed if shown[0] in names]
    if isinstance(inner, exp.Lambda):
        fits = [holds(inner.this, shown[1]) for shown in listed]
        if None not in fits:
            return [shown for shown, fit in zip(listed, fits, strict=True) if fit]
    ctx.gap("which columns this condition chooses is not known: all of them count", node)
    return listed


def holds(node: exp.Expr, name: str) -> bool | None:
    """Whether a condition on a column's name holds; None where that is not known."""
    if isinstance(node, exp.Paren):
        return holds(node.this, name)
    if isinstance(node, exp.Not):
        inner = holds(node.this, name)
        return None if inner is None else not inner
    if isinstance(node, exp.And | exp.Or):
        parts = [holds(node.this, name), holds(node.expression, name)]
        return None if None in parts else (all(parts) if isinstance(node, exp.And) else any(parts))
    return compared(node, name) if isinstance(node.args.get("this"), exp.Identifier) else None


def compared(node: exp.Expr, name: str) -> bool | None:
    """Whether a comparison of a column's name with literals holds; None where that is not known."""
    other = node.args.get("expression")
    if isinstance(node, exp.In) and all(isinstance(entry, exp.Literal) for entry in node.expressions):
        return (name in {entry.name for entry in node.expressions}) != is_negated(node)
    if isinstance(node, exp.EQ | exp.NEQ) and isinstance(other, exp.Literal):
        return (name == other.name) == isinstance(node, exp.EQ)
    if isinstance(node, exp.Like | exp.ILike) and isinstance(other, exp.Literal):
        return matching(node, other.name)(name)
    return None


def is_negated(node: exp.Expr) -> bool:
    """Whether a comparison is ``NOT LIKE`` or ``NOT IN``, which sqlglot notes on the comparison itself."""
    return bool(node.args.get("negate"))


def spread(ctx: Context, node: exp.Expr, scope: Scope) -> list[tuple[str, exp.Expr]]:
    """An expression with ``COLUMNS(...)`` in it, once for each column that this stands for."""
    places = spreading(node)
    for star in (star for place in places for star in place.find_all(exp.Star)):
        if star.args.get("replace") or star.args.get("rename"):
            ctx.gap("COLUMNS over a star with REPLACE or RENAME, inside an expression", star)
    choices = [of_columns(ctx, place, scope) for place in places]
    widest = max(choices, key=len)
    copies = []
    for number, (_, name, _) in enumerate(widest):
        copy = node.copy()
        for place, choice in zip(spreading(copy), choices, strict=True):
            key = choice[number][1] if number < len(choice) else name
            column = exp.column(exp.to_identifier(key, quoted=True))
            if place is copy:
                copy = column
            else:
                place.replace(column)
        copies.append((name, copy))
    return copies


def spread_name(entry: exp.Expr, read: str) -> str:
    r"""How one of several columns is called: by its alias, in which ``\0`` and ``\1`` are parts of the column read."""
    if not isinstance(entry, exp.Alias):
        return read
    chosen_by = spreading(entry)[0].this
    found = re.search(chosen_by.name, read) if isinstance(chosen_by, exp.Literal) else re.search(".*", read)
    return found.expand(entry.alias.replace(r"\0", r"\g<0>")) if found else read


def spreading(node: exp.Expr) -> list[exp.Expr]:
    """The COLUMNS(...) in an expression that multiply it; ``*COLUMNS(...)`` instead lists its columns as arguments."""
    return [place for place in node.find_all(exp.Columns) if not place.args.get("unpack")]
