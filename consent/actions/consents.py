"""What a patient agreed to, recorded once and never edited; and taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from consent import policy, signature, state
from consent.coverage import DECISIONS, SCOPES
from consent.models import Consent, ConsentText, Withdrawal
from patients import actions as patient_actions
from patients.models import Patient
from practice.history import keep, lock
from practice.models import User

CLOCK_SKEW = timedelta(minutes=5)


@transaction.atomic
def record_consent(
    *, patient: Patient, text: ConsentText, values: Mapping[str, Any], by: User, at: datetime
) -> Consent:
    """Write down decisions per scope item, how they were given, and the signature with its digest.

    A scope not sent is `not_offered`. A decision on documents by e-mail sets the patient's permission. Raises
    ValidationError naming every field at once.
    """
    if not policy.can_capture(by, patient):
        raise PermissionDenied
    given_at = values.get("given_at") or at
    drawn, problems = _signature(values)
    problems |= _problems(patient, text, values, given_at, by=by, at=at)
    if problems:
        raise ValidationError(problems)
    consent = Consent(
        practice=patient.practice,
        patient=patient,
        text=text,
        decisions={scope: values["decisions"].get(scope, "not_offered") for scope in _offered(text)},
        risks_discussed=values.get("risks_discussed", []),
        questions=values.get("questions", ""),
        given_by_kind=values.get("given_by_kind") or Consent.GivenBy.PATIENT,
        given_by_name=values.get("given_by_name", "").strip(),
        given_by_relation=values.get("given_by_relation", ""),
        method=values["method"],
        signature=drawn.as_data() if drawn else None,
        signature_sha256=drawn.sha256() if drawn else "",
        witness=values.get("witness", ""),
        obtained_by=by,
        given_at=given_at,
        valid_until=state.valid_until(patient.practice, given_at),
        created_at=at,
    )
    keep(consent, by=by, why="consent given")
    _email_permission(consent, by=by, at=at)
    return consent


@transaction.atomic
def withdraw(*, consent_pk: UUID, scope: str, reason: str, by: User, at: datetime) -> Withdrawal:
    """The patient takes a consent back, whole (`all`) or for one scope. Acts at once, on open drafts too."""
    consent = lock(Consent.objects.visible_to(by).select_related("patient", "practice"), consent_pk)
    if not policy.can_capture(by, consent.patient):
        raise PermissionDenied
    if scope != "all" and consent.decisions.get(scope) != "given":
        raise ValidationError({"scope": "Choose a scope that was given in this consent, or all."})
    withdrawal = Withdrawal(
        practice=consent.practice, consent=consent, patient=consent.patient, scope=scope, reason=reason.strip(),
        withdrawn_at=at, created_at=at,
    )  # fmt: skip
    keep(withdrawal, by=by, why="consent taken back")
    if scope in ("all", "documents_by_email") and consent.decisions.get("documents_by_email") == "given":
        patient_actions.allow_documents_by_email(patient=consent.patient, allowed=False, by=by, at=at)
    return withdrawal


def _offered(text: ConsentText) -> list[str]:
    return [item["key"] for item in text.scope_items]


def _signature(values: Mapping[str, Any]) -> tuple[signature.Signature | None, dict[str, str]]:
    if values.get("method") != Consent.Method.SIGNATURE:
        sent = values.get("signature") is not None
        return None, {"signature": "Send no signature with spoken or paper consent."} if sent else {}
    try:
        return signature.parse(values.get("signature")), {}
    except signature.UnreadableSignature as error:
        return None, {error.field: error.message}


def _problems(
    patient: Patient, text: ConsentText, values: Mapping[str, Any], given_at: datetime, *, by: User, at: datetime
) -> dict[str, str]:
    problems: dict[str, str] = {}
    if text.published_at is None:
        problems["text"] = "Choose a published text."
    problems |= _decision_problems(text, values.get("decisions", {}))
    known = {risk["key"] for risk in text.risks}
    if unknown := set(values.get("risks_discussed", [])) - known:
        problems["risks_discussed"] = f"The text does not name this risk: {sorted(unknown)[0]}."
    elif values.get("risks_discussed") and not policy.can_explain_risks(by):
        problems["risks_discussed"] = "Risks are explained by a practitioner. Leave this empty."
    if given_at > at + CLOCK_SKEW:
        problems["given_at"] = "A consent cannot be given in the future."
    if patient.practice.local_date(given_at) < patient.date_of_birth:
        problems["given_at"] = "This is before the patient was born."
    spoke_for = values.get("given_by_kind") or Consent.GivenBy.PATIENT
    if spoke_for != Consent.GivenBy.PATIENT and not values.get("given_by_name", "").strip():
        problems["given_by.name"] = "Write the name of the guardian or attorney."
    return problems


def _decision_problems(text: ConsentText, decisions: Mapping[str, Any]) -> dict[str, str]:
    offered = set(_offered(text))
    problems = {}
    for scope, decision in decisions.items():
        if scope not in offered or scope not in SCOPES:
            problems[f"decisions.{scope}"[:80]] = "The text does not offer this."
        elif decision not in DECISIONS:
            problems[f"decisions.{scope}"] = "Say given, refused or not_offered."
    if decisions.get("general") not in ("given", "refused"):
        problems["decisions.general"] = "Say yes or no to dry needling in general."
    return problems


def _email_permission(consent: Consent, *, by: User, at: datetime) -> None:
    decision = consent.decisions.get("documents_by_email")
    if decision in ("given", "refused"):
        patient_actions.allow_documents_by_email(patient=consent.patient, allowed=decision == "given", by=by, at=at)
