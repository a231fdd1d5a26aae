"""What a patient agreed to, recorded once and never edited; and taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from consent import policy, signature, state
from consent.actions.consent_problems import problems_of
from consent.actions.scans import attach, scan_problems
from consent.models import Consent, ConsentText, Withdrawal
from patients import actions as patient_actions
from patients.models import Patient
from practice.history import keep, keep_all, lock
from practice.models import User


@transaction.atomic
def record_consent(
    *,
    patient: Patient,
    text: ConsentText,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    scans: Sequence[bytes] = (),
) -> Consent:
    """Write down decisions per scope item, how they were given, and the signature with its digest.

    A scope not sent is `not_offered`. A decision on documents by e-mail sets the patient's permission. Raises
    ValidationError naming every field at once.
    """
    if not policy.can_capture(by, patient):
        raise PermissionDenied
    given_at = values.get("given_at") or at
    drawn, problems = _signature(values)
    problems |= problems_of(patient, text, values, given_at, by=by, at=at)
    problems |= scan_problems(values["method"], scans)
    if problems:
        raise ValidationError(problems)
    consent = _consent(patient, text, values, drawn, by=by, given_at=given_at, at=at)
    keep(consent, by=by, why="consent given")
    for content in scans:
        attach(consent, content, by=by, at=at)
    _email_permission(consent, by=by, at=at)
    return consent


def _consent(
    patient: Patient,
    text: ConsentText,
    values: Mapping[str, Any],
    drawn: signature.Signature | None,
    *,
    by: User,
    given_at: datetime,
    at: datetime,
) -> Consent:
    kind = values.get("given_by_kind") or Consent.GivenBy.PATIENT
    return Consent(
        practice=patient.practice,
        patient=patient,
        text=text,
        decisions={item["key"]: values["decisions"].get(item["key"], "not_offered") for item in text.scope_items},
        risks_discussed=values.get("risks_discussed", []),
        questions=values.get("questions", ""),
        given_by_kind=kind,
        given_by_name=values.get("given_by_name", "").strip(),
        given_by_relation=values.get("given_by_relation", "").strip(),
        method=values["method"],
        signature=drawn.as_data() if drawn else None,
        signature_sha256=drawn.sha256() if drawn else "",
        witness=values.get("witness", "").strip(),
        not_signed_reason=values.get("not_signed_reason", "").strip(),
        obtained_by=by,
        given_at=given_at,
        valid_until=state.valid_until(patient.practice, given_at),
        created_at=at,
    )


@transaction.atomic
def withdraw(*, consent_pk: UUID, scope: str, reason: str, by: User, at: datetime) -> Withdrawal:
    """The patient takes one consent back, whole (`all`) or for one scope. Acts at once, on open drafts too.

    What another consent gives stays given: `withdraw_everywhere` is for "I do not want this any more".
    """
    consent = lock(Consent.objects.visible_to(by).select_related("patient", "practice"), consent_pk)
    if not policy.can_capture(by, consent.patient):
        raise PermissionDenied
    if scope != "all" and consent.decisions.get(scope) != "given":
        raise ValidationError({"scope": "Choose a scope that was given in this consent, or all."})
    withdrawal = _withdrawal(consent, scope, reason, at=at)
    keep(withdrawal, by=by, why="consent taken back")
    _no_more_email(consent.patient, [consent], scope, by=by, at=at)
    return withdrawal


@transaction.atomic
def withdraw_everywhere(*, patient: Patient, scope: str, reason: str, by: User, at: datetime) -> list[Withdrawal]:
    """The patient does not want a scope (or `all`) any more, whichever consents gave it. Acts at once."""
    if not policy.can_capture(by, patient):
        raise PermissionDenied
    consents = Consent.objects.of_patient(patient).select_related("practice", "patient").defer("signature")
    already = {(w.consent_id, w.scope) for w in Withdrawal.objects.of_patient(patient)}
    open_ = [c for c in consents if _gives(c, scope) and not {(c.pk, scope), (c.pk, "all")} & already]
    if not open_:
        raise ValidationError({"scope": "Nothing of this is given that could be taken back. Choose what is in force."})
    withdrawals = [_withdrawal(consent, scope, reason, at=at) for consent in open_]
    keep_all(withdrawals, by=by, why="consent taken back")
    _no_more_email(patient, open_, scope, by=by, at=at)
    return withdrawals


def _gives(consent: Consent, scope: str) -> bool:
    return "given" in consent.decisions.values() if scope == "all" else consent.decisions.get(scope) == "given"


def _withdrawal(consent: Consent, scope: str, reason: str, *, at: datetime) -> Withdrawal:
    return Withdrawal(
        practice=consent.practice, consent=consent, patient=consent.patient, scope=scope, reason=reason.strip(),
        withdrawn_at=at, created_at=at,
    )  # fmt: skip


def _signature(values: Mapping[str, Any]) -> tuple[signature.Signature | None, dict[str, str]]:
    if values.get("method") != Consent.Method.SIGNATURE:
        sent = values.get("signature") is not None
        return None, {"signature": "Send no signature with spoken or paper consent."} if sent else {}
    try:
        return signature.parse(values.get("signature")), {}
    except signature.UnreadableSignature as error:
        return None, {error.field: error.message}


def _email_permission(consent: Consent, *, by: User, at: datetime) -> None:
    decision = consent.decisions.get("documents_by_email")
    if decision in ("given", "refused"):
        patient_actions.allow_documents_by_email(patient=consent.patient, allowed=decision == "given", by=by, at=at)


def _no_more_email(patient: Patient, consents: Sequence[Consent], scope: str, *, by: User, at: datetime) -> None:
    given = any(consent.decisions.get("documents_by_email") == "given" for consent in consents)
    if given and scope in ("all", "documents_by_email"):
        patient_actions.allow_documents_by_email(patient=patient, allowed=False, by=by, at=at)
