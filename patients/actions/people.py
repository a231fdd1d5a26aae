"""Patients: registered, corrected, archived. Never deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import dates, policy, search
from patients.models import Contact, Identifier, Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Practice, User


class PossibleDuplicate(Refused):
    code = "possible_duplicate"
    message = "This may be somebody already in the list. Open that record, or say that this is a new patient."


class NotActive(Refused):
    code = "not_active"
    message = "This patient is archived. Bring the record back first."


@transaction.atomic
def register_patient(
    *, values: Mapping[str, Any], by: User, at: datetime, confirm_not_duplicate: bool = False, pk: UUID | None = None
) -> Patient:
    """A new patient with the practice's next record number. Likely duplicates are shown first (PossibleDuplicate);
    saving anyway has to be said. Raises ValidationError per field."""
    if not policy.can_write(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)  # numbers are given one at a time
    patient = Patient(practice=practice, record_number=practice.next_record_number, **({"pk": pk} if pk else {}))
    _apply(patient, values, by=by, at=at)
    if not confirm_not_duplicate:
        _refuse_duplicates(patient, by=by)
    practice.next_record_number += 1
    keep(practice, by=by, why="record number given")
    return keep(patient, by=by, why="registered")


@transaction.atomic
def correct_patient(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> Patient:
    patient = lock(Patient.objects.visible_to(by).select_related("practice", "gp", "referrer"), pk, version=version)
    if not policy.can_change(by, patient):
        raise PermissionDenied
    _apply(patient, values, by=by, at=at)
    return keep(patient, by=by, why="corrected")


@transaction.atomic
def archive_patient(*, pk: UUID, by: User, version: int) -> Patient:
    """Out of the daily lists; nothing is lost, and search still finds it."""
    return _set_status(pk, Patient.Status.ARCHIVED, by=by, version=version, why="archived")


@transaction.atomic
def restore_patient(*, pk: UUID, by: User, version: int) -> Patient:
    return _set_status(pk, Patient.Status.ACTIVE, by=by, version=version, why="brought back")


@transaction.atomic
def allow_documents_by_email(*, patient: Patient, allowed: bool, by: User, at: datetime) -> None:
    """The one permission for e-mailing documents, with who recorded it. Set by the details form and by a consent."""
    current = lock(Patient.objects.visible_to(by).select_related("practice"), patient.pk)
    if current.documents_by_email_ok == allowed or (allowed and not current.email):
        return
    _permit(current, allowed, by=by, at=at)
    keep(current, by=by, why="permission for documents by e-mail")


@transaction.atomic
def seen(*, patient: Patient, at: datetime, by: User) -> None:
    """Remember the newest signed session, for lists and the absence rule."""
    current = lock(Patient.objects.visible_to(by).select_related("practice"), patient.pk)
    if current.last_session_at is None or current.last_session_at < at:
        current.last_session_at = at
        keep(current, by=by, why="session signed")


@transaction.atomic
def add_identifier(*, patient: Patient, values: Mapping[str, Any], by: User) -> Identifier:
    if not policy.can_change(by, patient):
        raise PermissionDenied
    identifier = Identifier(practice=patient.practice, patient=patient, **values)
    identifier.value = "".join(identifier.value.split()) if identifier.system in SHAPES else identifier.value.strip()
    length, message = SHAPES.get(identifier.system, ((), ""))
    if length and not (identifier.value.isdigit() and len(identifier.value) in length):
        raise ValidationError({"value": message})
    return keep(identifier, by=by, why="identifier added")


# Shapes only: no check-digit algorithm for these is sourced.
SHAPES: dict[str, tuple[tuple[int, ...], str]] = {
    Identifier.System.MEDICARE: ((10, 11), "A Medicare number has 10 digits, 11 with the number in front of the name."),
    Identifier.System.IHI: ((16,), "An IHI has 16 digits."),
}


def _set_status(pk: UUID, status: Patient.Status, *, by: User, version: int, why: str) -> Patient:
    patient = lock(Patient.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_change(by, patient):
        raise PermissionDenied
    if patient.status == status:
        raise NotActive if status == Patient.Status.ARCHIVED else Refused("This patient is in the list already.")
    patient.status = status
    return keep(patient, by=by, why=why)


def _apply(patient: Patient, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
    for name, value in values.items():
        if name in ("gp_id", "referrer_id"):
            _point(patient, name.removesuffix("_id"), value, by)
        elif name != "documents_by_email_ok":
            setattr(patient, name, value)
    allowed = values.get("documents_by_email_ok", patient.documents_by_email_ok)
    if allowed != patient.documents_by_email_ok:
        _permit(patient, allowed, by=by, at=at)
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


def _refuse_duplicates(patient: Patient, *, by: User) -> None:
    rows = Patient.objects.visible_to(by).filter(merged_into=None)
    if found := search.duplicates(rows, patient):
        raise PossibleDuplicate(
            errors=[
                {
                    "field": "",
                    "code": "possible_duplicate",
                    "message": f"{entry['patient'].listed_name}, No. {entry['patient'].record_number}. {entry['reason']}.",
                    "patient": str(entry["patient"].pk),
                    "record_number": entry["patient"].record_number,
                    "score": entry["score"],
                }
                for entry in found
            ]
        )
