"""R01 to R07: what makes a grant give nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import FLAGS, said, time
from tests.reference.consent.registry import event_rule
from tests.reference.consent.vocabulary import ACTS, NO_ACTS

if TYPE_CHECKING:
    from tests.reference.consent.cells import Grant


@event_rule("R01")
def pre_ticked(grant: Grant) -> bool:
    """A pre-ticked box gives nothing."""
    return FLAGS[said(grant.event.form.pre_ticked)]


@event_rule("R02")
def no_act(grant: Grant) -> bool:
    """Scrolling, silence, dismissing a banner, a script: never given."""
    return said(grant.event.form.collection_method) in NO_ACTS


@event_rule("R03")
def bundled(grant: Grant) -> bool:
    """One act for several purposes without separate choices is void for all of them."""
    return len(grant.event.purposes) > 1 and not FLAGS[said(grant.event.form.separate_choices)]


@event_rule("R04")
def tied_or_paid(grant: Grant) -> bool:
    """Consent tied to a service that does not need it, or paid for."""
    form = grant.event.form
    return FLAGS[said(form.required_for_service)] or FLAGS[said(form.incentive)]


@event_rule("R05")
def not_shown_before(grant: Grant) -> bool:
    """No notice version shown before the decision; in the very second of it is still before."""
    shown = time(grant.event.form.notice_shown_at)
    return not said(grant.event.form.privacy_notice) or shown is None or shown > grant.event.happened


@event_rule("R06")
def defective_notice(grant: Grant) -> bool:
    """The notice lacks controller, purpose or right to withdraw."""
    notice = grant.notice
    if notice is None:
        return False
    return not notice.controller or grant.purpose not in notice.purposes or not notice.right_to_withdraw


@event_rule("R07")
def incomplete_proof(grant: Grant) -> bool:
    """Nothing shows that it was given: no evidence, no way of collecting that we know, or a notice that nobody has."""
    form = grant.event.form
    unknown_notice = bool(said(form.privacy_notice)) and grant.notice is None
    return not said(form.evidence) or said(form.collection_method) not in ACTS | NO_ACTS or unknown_notice
