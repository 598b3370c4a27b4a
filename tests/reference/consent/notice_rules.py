"""R06, R11, R13, R15, R43: what the notice that was shown makes of a grant (decision 0017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import FLAGS, legal_basis, said
from tests.reference.consent.registry import event_rule
from tests.reference.consent.vocabulary import ACTS, CONSENT
from tests.reference.consent.words import proof

if TYPE_CHECKING:
    from tests.reference.consent.cells import Grant
    from tests.reference.consent.reading import Consent
    from tests.reference.consent.records import EventRow
    from tests.reference.consent.vocabulary import Vocabulary


@event_rule("R06")
def defective_notice(grant: Grant) -> bool:
    """The notice lacks controller, purpose or right to withdraw. What came later it could not name (R13)."""
    notice = grant.notice
    if notice is None:
        return False
    lacks_purpose = grant.purpose not in notice.purposes and not newer_purpose(grant)
    return not notice.controller or lacks_purpose or not notice.right_to_withdraw


@event_rule("R11")
def harder_to_withdraw(grant: Grant) -> bool:
    """Withdrawing takes more steps than giving; where nobody knows how many, it does."""
    notice = grant.notice
    if notice is None:
        return False
    give, withdraw = notice.steps_to_give, notice.steps_to_withdraw
    return give is None or withdraw is None or withdraw > give


@event_rule("R13")
def newer_purpose(grant: Grant) -> bool:
    """The purpose is new since the notice."""
    return grant.notice is not None and grant.notice.valid_from < grant.definition.since


@event_rule("R15")
def unconfirmed(grant: Grant) -> bool:
    """The notice asks for double opt-in on this channel, and nothing known confirms the grant."""
    if grant.notice is None or grant.event.channel not in grant.notice.double_opt_in:
        return False
    return not any(
        confirmation.channel == grant.event.channel
        and grant.purpose in confirmation.purposes
        and (proof(confirmation.form) == proof(grant.event.form) or is_first_of_its_proof(confirmation, grant))
        and confirmation.happened.earliest >= grant.event.happened.latest  # no earlier than the grant, for certain
        and confirmation.happened.latest <= grant.as_of  # it is a yes as well, and begins like one (R48)
        for confirmation in grant.confirmations
    )


def is_first_of_its_proof(confirmation: Consent, grant: Grant) -> bool:
    """Whether the proof of a confirmation shows no earlier act."""
    return grant.proofs.get(proof(confirmation.form)) == confirmation.happened.earliest


def is_own_free_act(form: EventRow, words: Vocabulary) -> bool:
    """Whether an act can confirm: a yes like any other, so pre-ticked, tied, paid or unproved it is none."""
    spoilt = (form.pre_ticked, form.required_for_service, form.incentive, form.without_refusal)
    act = said(form.collection_method) in ACTS and not any(FLAGS[said(flag)] for flag in spoilt)
    has_notice = said(form.privacy_notice) in ("", *words.notices)
    return act and proof(form) != "" and has_notice and legal_basis(form) == CONSENT


@event_rule("R43")
def of_another(grant: Grant) -> bool:
    """The notice names another controller, or another brand of it. One that names none is defective (R06)."""
    notice, ours = grant.notice, grant.definition
    if notice is None:
        return False
    return notice.controller not in ("", ours.controller) or notice.brand not in ("", ours.brand)
