"""R38: which baskets say nothing about the buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import FLAGS, likely, number, said, sort_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reference.consent.records import GiftRow


def gift_baskets(entries: Iterable[GiftRow], bought: frozenset[int]) -> frozenset[int]:
    """Of some baskets those marked as a gift or shipped to another name; an unreadable entry counts as one (0009)."""

    def readable(row: GiftRow) -> bool:
        return number(row.basket_id) is not None and said(row.marked_gift) in FLAGS

    rows = sort_rows(entries, "gift_id", readable)
    gifts = [row for row in rows.accepted if FLAGS[said(row.marked_gift)] or said(row.ship_to_name)]
    baskets = {likely(row.basket_id) for row in (*gifts, *rows.rejected)}
    return frozenset(basket for basket in baskets if basket is not None and basket in bought)
