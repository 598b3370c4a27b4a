"""R01 to R07, R25, R42, R48: what makes a grant give nothing by itself. What its notice makes of it: notice_rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import FLAGS, legal_basis, said, time
from tests.reference.consent.registry import event_rule, form_rule
from tests.reference.consent.vocabulary import ACTS, CONSENT, NO_ACTS
from tests.reference.consent.words import proof

if TYPE_CHECKING:
    from tests.reference.consent.cells import Grant


@form_rule("R01")
def pre_ticked(grant: Grant) -> bool:
    """A pre-ticked box gives nothing."""
    return FLAGS[said(grant.event.form.pre_ticked)]


@form_rule("R02")
def no_act(grant: Grant) -> bool:
    """Scrolling, silence, dismissing a banner, a script: never given."""
    return said(grant.event.form.collection_method) in NO_ACTS


@event_rule("R03")
def bundled(grant: Grant) -> bool:
    """One act for several purposes without separate choices is void for all of them."""
    return len(grant.act) > 1 and not FLAGS[said(grant.event.form.separate_choices)]


@form_rule("R04")
def tied_or_paid(grant: Grant) -> bool:
    """Consent tied to a service that does not need it, or paid for."""
    form = grant.event.form
    return FLAGS[said(form.required_for_service)] or FLAGS[said(form.incentive)]


@form_rule("R05")
def not_shown_before(grant: Grant) -> bool:
    """No notice version shown before the decision, whenever that may have been; in its very second is still before.

    Nor could one be shown before there was that version.
    """
    shown = time(grant.event.form.notice_shown_at)
    if not said(grant.event.form.privacy_notice) or shown is None or shown > grant.event.happened.earliest:
        return True
    return grant.notice is not None and shown.date() < grant.notice.valid_from


@form_rule("R07")
def incomplete_proof(grant: Grant) -> bool:
    """Nothing shows that it was given: no evidence, no way of collecting that we know, or a notice that nobody has.

    Evidence that an earlier act bears as well shows that one.
    """
    form = grant.event.form
    unknown_notice = bool(said(form.privacy_notice)) and grant.notice is None
    shows_another = grant.proofs.get(proof(form)) != grant.event.happened.earliest
    return shows_another or said(form.collection_method) not in ACTS | NO_ACTS or unknown_notice


@form_rule("R25")
def without_refusal(grant: Grant) -> bool:
    """Yes and ask me later were the only choices."""
    return FLAGS[said(grant.event.form.without_refusal)]


@form_rule("R42")
def other_basis(grant: Grant) -> bool:
    """It rests on soft opt-in or legitimate interest, which make no candidate."""
    return legal_basis(grant.event.form) != CONSENT


@event_rule("R48")
def not_yet_certain(grant: Grant) -> bool:
    """A time without a zone: the yes begins when that clock shows it in the last zone."""
    return grant.event.happened.latest > grant.as_of
