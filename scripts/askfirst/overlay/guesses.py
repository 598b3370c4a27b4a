"""Write what nobody asked the customer: model scores, a bought append; and the log of messages sent."""

from itertools import chain
from random import Random

from askfirst.overlay.canaries import MONTHS, SCORE, mark, month_of
from askfirst.overlay.chance import chance
from askfirst.overlay.clock import Phase, moment, utc_text
from askfirst.overlay.rows import numbered
from askfirst.overlay.stories import CHANNELS
from askfirst.overlay.wishes import sent_rows
from askfirst.overlay.world import Person, World

Row = dict[str, str]

SCORED_PERSONS = 1_500
APPENDED_PERSONS = 1_200
MESSAGED_PERSONS = 1_500
MODELS = {
    "expecting": ("expecting", "not_expecting"),
    "price_sensitive": ("bargain_hunter", "indifferent"),
    "churn": ("leaving", "staying"),
}
LIKELY = 0.5  # a score above it takes the first label
INCOME_BANDS = ("under_25k", "25k_50k", "50k_75k", "75k_100k", "over_100k")
LISTS = ("garden_club_2017", "toy_shop_2016", "travel_fair_2017")
CAMPAIGNS = ("spring_leaflet", "grill_week", "back_to_school", "autumn_leaflet", "loyalty_news")
NOTICE_OF = {"spring_leaflet": "N-2016-01"}  # what else comes with a message


def guess_rows(rng: Random, world: World) -> dict[str, list[Row]]:
    """The rows of crm.messages, scores.propensities and append.profiles."""
    ordinary = [person for person in world.persons if not person.canary]
    canaries = [person for person in world.persons if person.canary]
    messages = (row for person in rng.sample(ordinary, MESSAGED_PERSONS) for row in _messages(rng, person))
    recent = (row for person in world.persons for row in sent_rows(rng, person))
    scored = [row for person in rng.sample(ordinary, SCORED_PERSONS) for row in _scores(rng, person)]
    appended = [_profile(rng, person) for person in rng.sample(ordinary, APPENDED_PERSONS)]
    return {
        "messages": numbered("message_id", "M", chain(messages, recent)),
        "propensities": scored + [row for person in canaries for row in _canary_scores(rng, person)],
        "profiles": appended + [_canary_profile(rng, person, month_of(place)) for place, person in enumerate(canaries)],
    }


def _messages(rng: Random, person: Person) -> list[Row]:
    channel = rng.choice(CHANNELS)
    return [
        {
            "person_id": person.person_id,
            "channel": channel,
            "campaign": campaign,
            "privacy_notice": NOTICE_OF.get(campaign, ""),
            "sent_at": utc_text(moment(rng, Phase.TOLD)),
        }
        for campaign in rng.sample(CAMPAIGNS, rng.randint(1, 3))
    ]


def _scores(rng: Random, person: Person) -> list[Row]:
    rows = []
    for model in rng.sample(tuple(MODELS), rng.randint(1, len(MODELS))):
        score = rng.random()
        label = MODELS[model][0 if score > LIKELY else 1]
        rows.append(_score(rng, person, model, (f"{score:.4f}", label)))
    return rows


def _canary_scores(rng: Random, person: Person) -> list[Row]:
    return [_score(rng, person, model, (SCORE, mark("label", person.person_id))) for model in MODELS]


def _score(rng: Random, person: Person, model: str, verdict: tuple[str, str]) -> Row:
    score, label = verdict
    scored_at = utc_text(moment(rng, Phase.AGAIN))
    return {"person_id": person.person_id, "model": model, "score": score, "label": label, "scored_at": scored_at}


def _profile(rng: Random, person: Person) -> Row:
    """Another shop's birthday: mostly the one that we were told, otherwise anyone's."""
    told = person.profile.birthday_month
    month = told if told and chance(rng, 0.8) else str(rng.randint(1, 12))
    return _appended(rng, person, month, (rng.choice(INCOME_BANDS), rng.choice(LISTS)))


def _canary_profile(rng: Random, person: Person, month: int) -> Row:
    """The canary's own month for whoever never told us; the next one for whoever did."""
    bought = 1 + month % MONTHS if person.profile.birthday_month else month
    key = person.person_id
    return _appended(rng, person, str(bought), (mark("income", key), mark("list", key)))


def _appended(rng: Random, person: Person, month: str, bought: tuple[str, str]) -> Row:
    income_band, list_name = bought
    return {
        "person_id": person.person_id,
        "birthday_month": month,
        "income_band": income_band,
        "list_name": list_name,
        "received_at": utc_text(moment(rng, Phase.OBJECTION)),
    }
