"""The overlay's tables as they are written: columns in the order of the sources' YAML, rows as tuples of text."""

from itertools import chain
from random import Random
from typing import Any

from askfirst.overlay.canaries import canary_demographics, canary_transactions
from askfirst.overlay.deliveries import delivery_rows
from askfirst.overlay.erasures import erasure_rows
from askfirst.overlay.events import permission_rows
from askfirst.overlay.files import Table
from askfirst.overlay.guesses import guess_rows
from askfirst.overlay.petitions import petition_rows
from askfirst.overlay.purchases import Purchases
from askfirst.overlay.rows import crm_rows, numbered
from askfirst.overlay.signals import signal_rows
from askfirst.overlay.world import World

TEXT_COLUMNS: dict[str, str] = {
    "crm/persons": "person_id household_id first_name last_name declared_adult birth_year birthday_month jurisdiction "
    "home created_at",
    "crm/addresses": "address_id person_id kind email street postcode city valid_from",
    "crm/preferences": "statement_id person_id datum topic stated_at",
    "crm/switches": "switch_id person_id datum purpose state switched_at",
    "crm/gifts": "gift_id basket_id marked_gift ship_to_name",
    "crm/messages": "message_id person_id channel campaign privacy_notice sent_at",
    "crm/identity_links": "link_id person_id same_as linked_at",
    "crm/canaries": "person_id household_id",
    "consent/events": "event_id person_id event_state event_time received_at purposes channel privacy_notice "
    "notice_shown_at collection_method pre_ticked separate_choices required_for_service incentive evidence "
    "legal_basis "
    "without_refusal "
    "confirmation_of "
    "authorised_by",
    "consent/objections": "objection_id person_id scope objected_at received_at",
    "consent/unsubscribes": "unsubscribe_id person_id channel unsubscribed_at received_at",
    "scores/propensities": "person_id model score label scored_at",
    "append/profiles": "person_id birthday_month income_band list_name received_at",
    "crm/dismissals": "dismissal_id person_id kind target topic state dismissed_at",
    "crm/frequencies": "choice_id person_id channel maximum period chosen_at",
    "crm/bounces": "bounce_id person_id channel kind bounced_at received_at",
    "consent/requests": "request_id person_id kind requested_at received_at closed_at",
    "consent/deliveries": "feed delivered_at",
    "crm/privacy_signals": "signal_id device_id person_id gpc seen_at received_at",
}
REAL_COLUMNS: dict[str, str] = {
    "completejourney/transactions": "household_id:bigint store_id:bigint basket_id:bigint product_id:bigint "
    "quantity:bigint sales_value:double retail_disc:double coupon_disc:double coupon_match_disc:double week:bigint "
    "transaction_timestamp:timestamp",
    "completejourney/demographics": "household_id:bigint age:varchar income:varchar home_ownership:varchar "
    "marital_status:varchar household_size:varchar household_comp:varchar kids_count:varchar",
}
SHARE_SENT_TWICE = 0.02


def overlay_tables(rng: Random, world: World, purchases: Purchases) -> dict[str, Table]:
    """Every table by `source/name`. What came in by events arrives shuffled, some of it twice."""
    rows = crm_rows(rng, world) | permission_rows(rng, world) | guess_rows(rng, world)
    rows |= request_rows(rng, world) | {"deliveries": list(delivery_rows())}
    signals = (row for person in world.persons for row in signal_rows(person))
    rows["privacy_signals"] = numbered("signal_id", "G", signals)
    tables: dict[str, Table] = {}
    for path, columns in TEXT_COLUMNS.items():
        names = columns.split()
        source, name = path.split("/")
        texts: list[tuple[Any, ...]] = [tuple(row[column] for column in names) for row in rows[name]]
        if source == "consent":
            texts += rng.sample(texts, int(len(texts) * SHARE_SENT_TWICE))
        rng.shuffle(texts)
        tables[path] = tuple(f"{column}:varchar" for column in names), texts
    tables["completejourney/transactions"] = _real("transactions", canary_transactions(purchases.products))
    tables["completejourney/demographics"] = _real("demographics", canary_demographics())
    return tables


def request_rows(rng: Random, world: World) -> dict[str, list[dict[str, str]]]:
    """The rows of consent.requests, in the order of the persons."""
    petitions = (
        row
        for _, record in world.records
        for petition in record.petitions
        for row in petition_rows(rng, record.record_id, petition)
    )
    return {"requests": numbered("request_id", "Q", chain(petitions, erasure_rows(rng, world.persons)))}


def _real(name: str, rows: list[tuple[Any, ...]]) -> Table:
    return tuple(REAL_COLUMNS[f"completejourney/{name}"].split()), rows
