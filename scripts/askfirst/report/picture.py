"""The picture of the layers, as SVG in the page: two lanes, with the flows between the boxes counted.

Lines between neighbours are drawn straight. Longer ones run on rails above the upper lane, or below the lower one.
No style stands in an attribute, since the page's policy forbids it: classes and geometry only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from askfirst.report.html import number, plural
from askfirst.report.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.report.records import Box, Picture, Stream

WIDTH, GAP, HEIGHT = 122, 52, 92  # of a box; between two; of a box
MARGIN, RAIL = 6, 22  # at the sides; between two rails
HEADS = 26  # room for the layers' names
BETWEEN = 92  # between the lanes
GUARDED = ("segments", "activation")


class Rail(NamedTuple):
    """A stream between layers that are no neighbours, and its distance from the lane in rails."""

    stream: Stream
    level: int


def svg(picture: Picture) -> str:
    """The picture. Its numbers stand in a table beside it too, for whoever does not see it."""
    upper, lower = rails(picture.streams, kept_apart=False), rails(picture.streams, kept_apart=True)
    top = HEADS + RAIL * (1 + max((rail.level for rail in upper), default=0))
    low = top + HEIGHT + BETWEEN
    bottom = low + HEIGHT + RAIL * (1 + max((rail.level for rail in lower), default=0)) + 4
    right = 2 * MARGIN + len(LAYERS) * WIDTH + (len(LAYERS) - 1) * GAP
    parts = [
        f'<svg viewBox="0 0 {right} {bottom}" role="img" aria-labelledby="picture-title picture-text">',
        '<title id="picture-title">The layers and what flows between them</title>',
        f'<desc id="picture-text">{description(picture)}</desc>',
        f"<defs>{marker('tip')}{marker('tip-bad')}</defs>",
        *(head(index, layer) for index, layer in enumerate(LAYERS)),
        wall(picture, low),
        *(railway(rail, top, upper=True) for rail in upper),
        *(railway(rail, low + HEIGHT, upper=False) for rail in lower),
        *(across(stream, top, low) for stream in picture.streams),
        *(drawn(box, top if not box.kept_apart else low) for box in picture.boxes if box.tables),
        "</svg>\n",
    ]
    return "\n".join(part for part in parts if part)


def marker(kind: str) -> str:
    """The tip of an arrow."""
    return (
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" '
        f'markerHeight="9" orient="auto-start-reverse"><path class="{kind}" d="M0 0L8 4L0 8z"/></marker>'
    )


def description(picture: Picture) -> str:
    """The picture in a sentence."""
    leaks = sum(stream.flows for stream in picture.streams if is_leak(stream))
    passed = released(picture)
    said = f"{plural(leaks, 'flow')} from it" if leaks else "no flow from it"
    beside = f" Flows that leave it under a reclassification: {passed}." if passed else ""
    return (
        "From left to right: raw, staging, intermediate, marts, segments, activation. In a lane of its own below: "
        f"inferred and third-party data and all that depends on them; {said} into segments or activation.{beside}"
    )


def is_leak(stream: Stream) -> bool:
    """Whether what is kept apart enters the segments or activation."""
    return stream.source[1] and stream.target[1] and stream.target[0] in GUARDED


def released(picture: Picture) -> int:
    """How many flows leave the lane that is kept apart: only a reclassification can let them."""
    return sum(stream.flows for stream in picture.streams if stream.source[1] and not stream.target[1])


def left(layer: str) -> int:
    """The left side of a layer's boxes."""
    return MARGIN + LAYERS.index(layer) * (WIDTH + GAP)


def head(index: int, layer: str) -> str:
    """A layer's name above its boxes."""
    x = MARGIN + index * (WIDTH + GAP) + WIDTH // 2
    return f'<text class="head" x="{x}" y="15" text-anchor="middle">{layer}</text>'


def drawn(box: Box, y: int) -> str:
    """A box with its counts."""
    x = left(box.layer)
    kind = ("leak" if box.layer in GUARDED else "apart") if box.kept_apart else "open"
    lines = (
        plural(box.tables, "table"),
        plural(box.columns, "column") if box.columns else "",
        plural(box.row_sets, "row set") if box.row_sets else "",
        f"{plural(box.within, 'flow')} within" if box.within else "",
    )
    said = "".join(
        f'<text class="{"first" if row == 0 else "line"}" x="{x + 11}" y="{y + 23 + 20 * row}">{line}</text>'
        for row, line in enumerate(line for line in lines if line)
    )
    return f'<g class="box {kind}"><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>{said}</g>'


def wall(picture: Picture, y: int) -> str:
    """Before the segments, in the lower lane: the wall, where it holds, and the lane's name."""
    x = left("segments") - GAP // 2
    name = f'<text class="lane" x="{MARGIN}" y="{y - 10}">kept apart</text>'
    if any(box.kept_apart and box.layer in GUARDED and box.tables for box in picture.boxes):
        return name
    passed = released(picture)
    told = (
        (f"{plural(passed, 'flow')} up from this lane,", "under a reclassification (see there)")
        if passed
        else ("No flow passes from here", "into segments or activation.")
    )
    return (
        f'{name}<path class="wall" d="M{x} {y - 6}V{y + HEIGHT + 6}"/>'
        f'<text class="holds" x="{x + 16}" y="{y + HEIGHT // 2 - 4}">{told[0]}</text>'
        f'<text class="holds" x="{x + 16}" y="{y + HEIGHT // 2 + 16}">{told[1]}</text>'
    )


def across(stream: Stream, top: int, low: int) -> str:
    """A stream between neighbours, or between the lanes of one layer; any other is on a rail or in the table."""
    (one, one_apart), (other, other_apart) = stream.source, stream.target
    step = LAYERS.index(other) - LAYERS.index(one)
    if step == 0 and one_apart != other_apart:
        return vertical(stream, top, low)
    if step != 1:
        return ""
    x, to = left(one) + WIDTH, left(other)
    y, to_y = (low if one_apart else top), (low if other_apart else top)
    kind = "flow bad" if is_leak(stream) else "flow"
    tip = "tip-bad" if is_leak(stream) else "tip"
    if one_apart == other_apart:
        y = y + HEIGHT // 2
        return (
            f'<path class="{kind}" d="M{x} {y}H{to - 2}" marker-end="url(#{tip})"/>'
            f'<text class="count" x="{(x + to) // 2}" y="{y - 7}" text-anchor="middle">{number(stream.flows)}</text>'
        )
    y, to_y = (y + HEIGHT - 14, to_y + 16) if other_apart else (y + 16, to_y + HEIGHT - 14)
    middle_x, middle_y = (x + to) // 2, (y + to_y) // 2
    return (
        f'<path class="{kind} aside" d="M{x} {y}C{middle_x} {y} {middle_x} {to_y} {to - 2} {to_y}" '
        f'marker-end="url(#{tip})"/>'
        f'<text class="count" x="{middle_x + 8}" y="{middle_y + 4}">{number(stream.flows)}</text>'
    )


def vertical(stream: Stream, top: int, low: int) -> str:
    """A stream from one lane to the other within a layer."""
    down = stream.target[1]
    x = left(stream.source[0]) + WIDTH - (24 if down else 60)
    start, end = (top + HEIGHT, low - 2) if down else (low, top + HEIGHT + 2)
    kind, tip = ("flow bad aside", "tip-bad") if is_leak(stream) else ("flow aside", "tip")
    return (
        f'<path class="{kind}" d="M{x} {start}V{end}" marker-end="url(#{tip})"/>'
        f'<text class="count" x="{x - 6}" y="{top + HEIGHT + 26}" text-anchor="end">{number(stream.flows)}</text>'
    )


def rails(streams: Sequence[Stream], *, kept_apart: bool) -> list[Rail]:
    """The streams of one lane that pass over a layer, each on the lowest rail that is free over its length."""
    long = [
        stream
        for stream in streams
        if stream.source[1] == stream.target[1] == kept_apart
        and LAYERS.index(stream.target[0]) - LAYERS.index(stream.source[0]) > 1
    ]
    placed: list[Rail] = []
    for stream in sorted(long, key=lambda one: (ends(one)[1] - ends(one)[0], one.source, one.target)):
        start, end = ends(stream)
        taken = {rail.level for rail in placed if ends(rail.stream)[0] < end and start < ends(rail.stream)[1]}
        placed.append(Rail(stream, next(level for level in range(1, 99) if level not in taken)))
    return placed


def ends(stream: Stream) -> tuple[int, int]:
    """Where a rail begins and ends, as numbers of layers."""
    return LAYERS.index(stream.source[0]), LAYERS.index(stream.target[0])


def railway(rail: Rail, edge: int, *, upper: bool) -> str:
    """A stream on its rail: up, along, down; below the lower lane the other way round."""
    sign = -1 if upper else 1
    y = edge + sign * (RAIL * rail.level - 4)
    start = left(rail.stream.source[0]) + WIDTH - 14 - 9 * rail.level
    end = left(rail.stream.target[0]) + 14 + 9 * rail.level
    turn = 6 * sign
    kind, tip = ("flow bad", "tip-bad") if is_leak(rail.stream) else ("flow", "tip")
    path = (
        f"M{start} {edge}V{y - turn}Q{start} {y} {start + 6} {y}H{end - 6}Q{end} {y} {end} {y - turn}V{edge + 2 * sign}"
    )
    middle = left(rail.stream.source[0]) + WIDTH + GAP // 2
    return (
        f'<path class="{kind}" d="{path}" marker-end="url(#{tip})"/>'
        f'<text class="count halo" x="{middle}" y="{y + 4}" text-anchor="middle">{number(rail.stream.flows)}</text>'
    )
