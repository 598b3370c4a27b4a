"""R38: which baskets say nothing about the buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import FLAGS, likely, number, said, sort_rows

if TYPE_CHECKING:
    from tests.reference.consent.records import GiftRow, History


def gift_baskets(history: History) -> frozenset[int]:
    """Baskets marked as a gift or shipped to another name; an unreadable entry counts as one (decision 0009)."""

    def readable(row: GiftRow) -> bool:
        return number(row.basket_id) is not None and said(row.marked_gift) in FLAGS

    rows = sort_rows(history.gifts, "gift_id", readable)
    gifts = [row for row in rows.accepted if FLAGS[said(row.marked_gift)] or said(row.ship_to_name)]
    baskets = {likely(row.basket_id) for row in (*gifts, *rows.rejected)}
    bought = {row.basket_id for row in history.purchases}
    return frozenset(basket for basket in baskets if basket is not None and basket in bought)
