"""What the overlay needs to know of the real purchases: households, baskets, and who buys what how often."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

PRODUCT_MARKS = Path(__file__).resolve().parents[3] / "seeds" / "reference" / "product_marks.csv"


@dataclass(frozen=True, slots=True)
class TopicRun:
    """Every basket in which a household bought a topic."""

    household_id: int
    topic: str
    basket_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Purchases:
    """Facts of the real data, in a fixed order."""

    household_ids: tuple[int, ...]
    baskets: dict[int, tuple[int, ...]]  # household to its baskets
    topic_runs: tuple[TopicRun, ...]  # of 6 to 12 baskets
    products: dict[str, int]  # topic to its best-selling real product


def read_purchases(folder: Path, marks: Path = PRODUCT_MARKS) -> Purchases:
    """Read `transactions.parquet` and `products.parquet` of the package's `folder`. Raises duckdb.IOException."""
    with duckdb.connect() as con:
        con.read_parquet(str(folder / "transactions.parquet")).create_view("lines")
        con.read_parquet(str(folder / "products.parquet")).create_view("products")
        con.read_csv(str(marks), header=True, all_varchar=True).create_view("marks")
        con.execute("""
            create temp table marked as
            select distinct products.product_id, marks.topic from products join marks
            on products.product_category = marks.product_category
                and (marks.product_type is null or marks.product_type = products.product_type)
        """)
        baskets = con.execute(
            "select household_id, list(distinct basket_id order by basket_id) from lines group by 1 order by 1"
        ).fetchall()
        runs = con.execute("""
            select household_id, topic, list(distinct basket_id order by basket_id) as bought
            from lines join marked using (product_id) group by 1, 2
            having len(bought) between 6 and 12 order by 1, 2
        """).fetchall()
        best = con.execute("""
            select topic, product_id from lines join marked using (product_id) group by 1, 2
            qualify row_number() over (partition by topic order by count(*) desc, product_id) = 1 order by 1
        """).fetchall()
    return Purchases(
        household_ids=tuple(household for household, _ in baskets),
        baskets={household: tuple(ids) for household, ids in baskets},
        topic_runs=tuple(TopicRun(household, topic, tuple(ids)) for household, topic, ids in runs),
        products=dict(best),
    )
