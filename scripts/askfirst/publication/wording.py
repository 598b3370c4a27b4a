"""Steps and rules in plain words, for the marketers' funnel."""

from __future__ import annotations

STEPS = {
    "members": "Everyone whom the segment found.",
    "candidates": "May be contacted.",
    "published": "Published.",
}

RULES = {
    "R01": "The only consent was a box ticked beforehand, which is none.",
    "R02": "The only consent was scrolling, silence or a closed banner, which is none.",
    "R03": "Consent was asked for several purposes at once, without a choice for each.",
    "R04": "Consent was a condition of a service, or paid for.",
    "R05": "No privacy notice was shown before they decided.",
    "R06": "The privacy notice shown was incomplete.",
    "R07": "The record of their consent is incomplete.",
    "R08": "They were never asked, or never answered.",
    "R09": "They refused, withdrew, or their consent has ended.",
    "R10": "They withdrew; an older or simultaneous yes does not undo it.",
    "R11": "Taking their yes back would have been harder than giving it.",
    "R12": "They said yes to another purpose, not to this one.",
    "R13": "They said yes before this purpose existed.",
    "R14": "Their yes has run out, and they did not renew it.",
    "R15": "They have not confirmed their yes yet.",
    "R16": "Their age is unknown, or too low without a guardian's yes.",
    "R17": "They are minors.",
    "R18": "What would select or describe them is of a special category.",
    "R19": "What would select or describe them tells of a special category.",
    "R20": "They objected to direct marketing.",
    "R21": "Somebody with this address asked us to erase what we had about them.",
    "R23": "Their browser asks not to sell or share what we have about them.",
    "R25": "They could say yes or be asked again, but not no.",
    "R31": "They unsubscribed on this channel.",
    "R34": "Two of their records differ, and the stricter choice counts.",
    "R35": "They switched off the use of a datum that the segment needs.",
    "R36": "They asked not to be shown this again.",
    "R37": "They have had as many messages as they chose to get.",
    "R38": "What was bought was a gift, which says nothing about the buyer.",
    "R39": "Sharing with third parties stays off, whatever they said.",
    "R40": "One of their consent records cannot be read, so it may have been a no.",
    "R41": "Another adult of their household has not agreed.",
    "R42": "They never said yes: what was taken for it was a purchase, or an interest of ours.",
    "R43": "They said yes to somebody else, or to another brand.",
    "R44": "Their address has changed, or mail came back, since they said yes.",
    "R45": "They asked us to erase what we had about them.",
    "R46": "They asked us not to use what we have about them, or say that it is wrong.",
    "R47": "What they told us or bought is too long ago to be used.",
    "R48": "Their yes bears no time zone, or a no does: the no may have come later.",
    "R49": "Nobody knows where they live, so the strictest limits hold.",
    "R50": "We were told that they have died.",
    "R52": "They have no address in use on this channel.",
    "R53": "Somebody with the same address has objected or unsubscribed.",
}


def plain_reason(step: str, rule_id: str | None) -> str:
    """The words for a step, or for the rule that excluded; a rule without words is named by its id."""
    if rule_id:
        return RULES.get(rule_id, f"Excluded by rule {rule_id}.")
    return STEPS.get(step, f"{step.replace('_', ' ').capitalize()}.")


def removed_reason(minimum: int, *, emptied: bool) -> str:
    """The words for people who were removed after the publication."""
    removed = "No longer permitted and removed since this was published; the figures beside are the publication's."
    return f"{removed} Fewer than {minimum} remained, so nobody is left." if emptied else removed
