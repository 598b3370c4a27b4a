"""The words of W3C DPV 2 that receipts and exports use, and the JSON-LD context that says which field means which.

From DPV's guide "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV". The context stands in each
receipt, so that nobody has to fetch it.
"""

from __future__ import annotations

from typing import Final

SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560"
NOT_KNOWN: Final = "dpv:NotAvailable"
NOT_APPLICABLE: Final = "dpv:NotApplicable"

PROVENANCE: Final = {
    "declared": "dpv:ProvidedPersonalData",
    "observed": "dpv:ObservedPersonalData",
    "inferred": "dpv:InferredPersonalData",
    "third_party": "dpv:CollectedPersonalData",
}
SOURCE: Final = {  # who a datum comes from
    "declared": "dpv:DataSubjectDataSource",
    "observed": "dpv:DataSubjectDataSource",
    "inferred": "dpv:DataControllerDataSource",
    "third_party": "dpv:ThirdPartyDataSource",
}
LEGAL_BASIS: Final = {  # DPV has no term for a soft opt-in
    "consent": "dpv:Consent",
    "legitimate_interest": "dpv:LegitimateInterest",
    "soft_opt_in": "dpv:LegalBasis",
}
# How somebody's act was indicated says which type of consent it can have been.
CONSENT_TYPE: Final = {
    "web_form": "dpv:ExpressedConsent",
    "paper_form": "dpv:ExpressedConsent",
    "phone": "dpv:ExpressedConsent",
    "preference_centre": "dpv:ExpressedConsent",
    "scroll": "dpv:ImpliedConsent",
    "silence": "dpv:ImpliedConsent",
    "banner_dismissed": "dpv:ImpliedConsent",
    "script": "dpv:ImpliedConsent",
}
ACTS_OF_THE_PERSON: Final = frozenset(
    {"ConsentGiven", "RenewedConsentGiven", "ConsentRefused", "ConsentWithdrawn", "ConsentRequestDeferred"}
)
PARTY: Final = {"self": "dpv:DataController", "processor": "dpv:DataProcessor", "third_party": "dpv:ThirdParty"}


def of_type(term: str) -> dict[str, str]:
    """A property whose values are terms or identifiers."""
    return {"@id": term, "@type": "@id"}


CONTEXT: Final[dict[str, object]] = {
    "@version": 1.1,
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "comment": "rdfs:comment",
    "value": "rdf:value",
    "title": "dct:title",
    # sections of the standard that DPV has no node for
    "receipt_metadata": "@nest",
    "record_metadata": "@nest",
    "pii_processing": "@nest",
    "schema_version": of_type("dct:conformsTo"),
    "receipt_id": "dct:identifier",
    "record_id": "dct:identifier",
    "pii_principal_id": "dpv:hasDataSubject",
    "created": "dct:created",
    "consent_records": "dpv:hasRecordOfActivity",
    "privacy_notice": "dpv:hasNotice",
    "notice_id": "dct:identifier",
    "language": "dct:language",
    "purposes": "dpv:hasProcess",
    "purpose": "dct:title",
    "purpose_type": of_type("dpv:hasPurpose"),
    "lawful_basis": of_type("dpv:hasLegalBasis"),
    "pii_information": "dpv:hasPersonalData",
    "pii_type": of_type("skos:broader"),
    "provenance": "@type",
    "pii_controllers": of_type("dpv:hasDataController"),
    "collection_method": of_type("dpv:hasDataSource"),
    "storage_locations": "dpv:hasStorageCondition",
    "retention_period": "dpv:hasStorageCondition",
    "duration": "dpv:hasDuration",
    "jurisdiction": of_type("dpv:hasJurisdiction"),
    "recipient_third_parties": of_type("dpv:hasThirdParty"),
    "recipients": of_type("dpv:hasRecipient"),
    "withdrawal_method": "dpv:hasConsentControl",
    "exercised_at": "dpv:isExercisedAt",
    "privacy_rights": "dpv:hasRight",
    "authority_party": "dpv:hasAuthority",
    "party_identification": "dpv:hasEntity",
    "party_id": "@id",
    "party_name": "dpv:hasName",
    "party_address": "dpv:hasAddress",
    "party_contact": "dpv:hasContact",
    "party_role": "@type",
    "party_type": of_type("dct:type"),
    "events": "dpv:hasConsentStatus",
    "event_time": "dpv:isIndicatedAtTime",
    "validity_duration": "dpv:hasDuration",
    "entity_id": "dpv:isIndicatedBy",
    "event_type": of_type("dpv:hasLegalBasis"),
    "event_state": "@type",
    "indication_method": "dpv:hasIndicationMethod",
}


def not_known(why: str) -> dict[str, str]:
    """A field that has to be there and that the warehouse has nothing for."""
    return {"@type": NOT_KNOWN, "comment": why}


def not_applicable(why: str) -> dict[str, str]:
    """A field that has to be there and means nothing here."""
    return {"@type": NOT_APPLICABLE, "comment": why}
