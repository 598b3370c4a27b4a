"""A life stage guessed from baskets: what a marketing team would really try, kept here so that it stays away.

No rule can vouch for a Python model, so it counts as reading all of its inputs, and only `inferred_scores` reads it.
"""

import pandas as pd

STAGES = {
    "pet_owner": ("cat_food", "dog_food"),
    "griller": ("ribs", "steak", "hot_dogs", "barbecue_sauce"),
    "family_table": ("milk", "cereal", "bread", "peanut_butter"),
    "quick_cook": ("pasta", "pasta_sauce", "salad", "salad_dressing"),
}


def stage_scores(topics: pd.DataFrame) -> pd.DataFrame:
    """The share of purchase days that falls on each stage's topics: one row a household, one column a stage."""
    days = topics.pivot_table(
        index="household_id", columns="topic", values="purchase_days", aggfunc="sum", fill_value=0
    )
    total = days.sum(axis=1)
    shares = {
        stage: days.reindex(columns=list(names), fill_value=0).sum(axis=1) / total for stage, names in STAGES.items()
    }
    return pd.DataFrame(shares)


def model(dbt, session):
    """One guess a household: the stage with the largest share, and that share; canaries carry their own mark."""
    dbt.config(materialized="table")
    topics = dbt.ref("observed_household_topics")
    canaries = dbt.ref("stg_crm__canaries")
    bought = topics.df()
    if bought.empty:  # of no columns pandas makes no table
        return session.sql(
            "select cast(null as bigint) as household_id, '' as life_stage, 0.0::double as life_stage_score limit 0"
        )
    scores = stage_scores(bought)
    guesses = pd.DataFrame({"life_stage": scores.idxmax(axis=1), "life_stage_score": scores.max(axis=1).round(4)})
    guesses = guesses.reset_index().sort_values("household_id")
    is_canary = guesses["household_id"].isin(canaries.df()["household_id"])
    guesses.loc[is_canary, "life_stage"] = "CANARY-" + guesses["household_id"].astype(str)
    guesses.loc[is_canary, "life_stage_score"] = -987654321.0
    return guesses
