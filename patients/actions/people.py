"""Patients: registered, corrected, archived. Never deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import dates, duplicates, policy, spelling
from patients.actions import pairs
from patients.actions.identifiers import checked_identifier
from patients.actions.referrals import checked_referral
from patients.models import Contact, Identifier, Patient, Referral
from practice.errors import Refused
from practice.folding import fold
from practice.history import keep, lock
from practice.models import Practice, User

MOST_FORMER_NAMES = 10


class PossibleDuplicate(Refused):
    code = "possible_duplicate"
    message = "This may be somebody already in the list. Open that record, or say that this is a new patient."


class MergedAway(Refused):
    code = "merged"
    message = "This record was merged into another. Open that one and change it there."


class NotActive(Refused):
    code = "not_active"
    message = "This patient is archived. Bring the record back first."


@transaction.atomic
def register_patient(
    *, values: Mapping[str, Any], by: User, at: datetime, confirm_not_duplicate: bool = False, pk: UUID | None = None,
    identifiers: Sequence[Mapping[str, Any]] = (), referral: Mapping[str, Any] | None = None, why: str = "registered",
) -> Patient:  # fmt: skip
    """A new patient with the practice's next record number, with the numbers of their cards and the referral they bring:
    all of it or nothing. Likely duplicates are shown first (PossibleDuplicate); saving anyway has to be said, and is
    kept with who said it, when, and of whom. Raises ValidationError per field."""
    if not policy.can_write(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)  # numbers are given one at a time
    patient = Patient(practice=practice, record_number=practice.next_record_number, country=practice.country,
                      **({"pk": pk} if pk else {}))  # fmt: skip
    _apply(patient, values, by=by, at=at)
    numbers, referred = _brought(patient, identifiers, referral, by=by, at=at)
    candidates = duplicates.likely(Patient.objects.visible_to(by), patient) if patient.date_of_birth else []
    if candidates and not confirm_not_duplicate:
        raise PossibleDuplicate(errors=[_as_error(candidate) for candidate in candidates])
    practice.next_record_number += 1
    keep(practice, by=by, why="record number given")
    keep(patient, by=by, why=why)
    for row in (*numbers, *([referred] if referred else [])):
        keep(row, by=by, why="registered")
    pairs.say_different(patient, candidates, by=by, at=at)
    return patient


def _brought(
    patient: Patient, identifiers: Sequence[Mapping[str, Any]], referral: Mapping[str, Any] | None, *, by: User, at: datetime
) -> tuple[list[Identifier], Referral | None]:  # fmt: skip
    """The rows to keep with the patient, every problem of all of them at once under its place in what was sent."""
    problems: dict[str, Any] = {}
    numbers, referred = [], None
    for index, values in enumerate(identifiers):
        try:
            numbers.append(checked_identifier(patient, values))
        except ValidationError as error:
            problems |= {f"identifiers.{index}.{field}": told for field, told in error.error_dict.items()}
    if referral:
        try:
            referred = checked_referral(patient, referral, by=by, at=at)
            patient.referrer = patient.referrer or referred.referrer
        except ValidationError as error:
            problems |= {f"referral.{field}": told for field, told in error.error_dict.items()}
    if problems:
        raise ValidationError(problems)
    return numbers, referred


@transaction.atomic
def correct_patient(
    *, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int, why: str = "corrected"
) -> Patient:
    patient = lock(Patient.objects.visible_to(by).select_related("practice", "gp", "referrer"), pk, version=version)
    if not policy.can_change(by, patient):
        raise PermissionDenied
    _stands(patient)
    before, known = patient.family_name, patient.former_names
    _apply(patient, values, by=by, at=at)
    if patient.former_names == known:  # else somebody has just written them
        _remember_name(patient, before)
    return keep(patient, by=by, why=why)


@transaction.atomic
def allow_documents_by_email(*, patient: Patient, allowed: bool, by: User, at: datetime) -> None:
    """The one permission for e-mailing documents, with who recorded it. Set by the details form and by a consent."""
    current = lock(Patient.objects.visible_to(by).select_related("practice"), patient.whole_id)
    if current.documents_by_email_ok == allowed or (allowed and not current.email):
        return
    _permit(current, allowed, by=by, at=at)
    keep(current, by=by, why="permission for documents by e-mail")


@transaction.atomic
def seen(*, patient: Patient, at: datetime, practitioner: User, by: User) -> None:
    """Remember the newest signed session and who held it, for lists and the absence rule, on every record of the person."""
    for current in _whole(patient, by):
        if current.last_session_at is None or current.last_session_at < at:
            current.last_session_at, current.last_session_by = at, practitioner
            keep(current, by=by, why="session signed")


@transaction.atomic
def unseen(*, patient: Patient, at: datetime, before: datetime | None, practitioner: User | None, by: User) -> None:
    """The newest session turned out to be none: the one `before` it, of that practitioner, is the last. Anything newer
    stays."""
    for current in _whole(patient, by):
        if current.last_session_at == at:
            current.last_session_at, current.last_session_by = before, practitioner
            keep(current, by=by, why="session void")


@transaction.atomic
def note_open_events(*, patient: Patient, count: int, by: User) -> None:
    """How many adverse events are not over yet, for the header of every page with the patient."""
    for current in _whole(patient, by):
        if current.open_events != count:
            current.open_events = count
            keep(current, by=by, why="open adverse events counted")


def _whole(patient: Patient, by: User) -> list[Patient]:
    """Every record of the person, locked; the one that stands first. What is summed up stands on each of them."""
    rows = Patient.objects.visible_to(by).select_related("practice")
    standing = lock(rows, patient.whole_id)
    merged = rows.filter(merged_into=standing.pk).select_for_update(of=("self",)).order_by("pk")
    return [standing, *merged]


def _apply(patient: Patient, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
    for name, value in values.items():
        if name in ("gp_id", "referrer_id"):
            _point(patient, name.removesuffix("_id"), value, by)
        elif name != "documents_by_email_ok":
            setattr(patient, name, value)
    allowed = values.get("documents_by_email_ok", patient.documents_by_email_ok)
    if allowed != patient.documents_by_email_ok:
        _permit(patient, allowed, by=by, at=at)
    refuse_impossible_birth(patient, at=at)


def refuse_impossible_birth(patient: Patient, *, at: datetime) -> None:
    today = patient.practice.local_date(at)
    if patient.date_of_birth and (message := dates.problem_with_birth(patient.date_of_birth, today=today)):
        raise ValidationError({"date_of_birth": message})


def _permit(patient: Patient, allowed: bool, *, by: User, at: datetime) -> None:
    patient.documents_by_email_ok = allowed
    patient.documents_by_email_at = at if allowed else None
    patient.documents_by_email_by = by if allowed else None


def _point(patient: Patient, name: str, pk: UUID | None, by: User) -> None:
    contact = Contact.objects.visible_to(by).filter(pk=pk).first() if pk else None
    if pk and contact is None:
        raise ValidationError({name: "Choose one of the practice's contacts."})
    setattr(patient, name, contact)


def _stands(patient: Patient) -> None:
    if patient.merged_into_id:
        raise MergedAway


def _remember_name(patient: Patient, before: str) -> None:
    """The family name they had stays findable; one letter put right is no other name."""
    now = patient.family_name.strip()
    if spelling.distance(fold(before), fold(now)) <= 1:
        return
    others = [name for name in patient.former_names if name not in (before, now)]
    patient.former_names = [before, *others][:MOST_FORMER_NAMES]


def _as_error(candidate: duplicates.Candidate) -> dict[str, Any]:
    return {
        "field": "",
        "code": "possible_duplicate",
        "message": candidate.sentence,
        "patient": str(candidate.patient.pk),
        "record_number": candidate.patient.record_number,
        "score": candidate.score,
        "reason": candidate.reason,
    }
