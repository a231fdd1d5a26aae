"""A patient leaves the daily lists: archived with the reason, or deceased. Nothing is deleted, everything is reversible."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import policy, stopping
from patients.actions.people import MergedAway, NotActive
from patients.models import Patient, whole_patient_ids
from practice import outgoing
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User

Status = Patient.Status


class Deceased(Refused):
    code = "deceased"
    message = "This patient is recorded as deceased. If that is wrong, take the death back first."


class NotDeceased(Refused):
    code = "not_deceased"
    message = "No death is recorded for this patient."


class InTheList(Refused):
    code = "active"
    message = "This patient is in the list already."


@transaction.atomic
def archive_patient(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> Patient:
    """Out of the daily lists and the waiting room, with the reason; nothing is lost, and search still finds it."""
    patient = _locked(pk, by=by, version=version)
    if patient.status == Status.DECEASED:
        raise Deceased
    if patient.status == Status.ARCHIVED:
        raise NotActive
    _need(reason, "Write why: moved away, goes elsewhere, registered by mistake.")
    stopping.end_visits(patient, stopping.BECAUSE_ARCHIVED, by=by, at=at)
    return _become(patient, Status.ARCHIVED, reason, by=by, at=at, why="archived")


@transaction.atomic
def restore_patient(*, pk: UUID, by: User, at: datetime, version: int, reason: str = "") -> Patient:
    """Back into the lists."""
    patient = _locked(pk, by=by, version=version)
    if patient.status == Status.DECEASED:
        raise Deceased
    if patient.status == Status.ACTIVE:
        raise InTheList
    return _become(patient, Status.ACTIVE, reason, by=by, at=at, why="brought back")


@transaction.atomic
def record_death(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> Patient:
    """From now on nothing is sent or asked, and nobody waits: all that is taken back in this transaction, and every
    later try is refused. `values`: died_on (may be unknown) and told_by, who brought the news."""
    before = Patient.objects.visible_to(by).select_related("practice").get(pk=pk)
    if not policy.can_change(by, before):
        raise PermissionDenied
    stopping.stop_everything(before, by=by, at=at)
    outgoing.hold_back(
        practice=before.practice, patients=whole_patient_ids(before), because=f"{stopping.BECAUSE}.", by=by
    )
    patient = _locked(pk, by=by, version=version)
    if patient.status == Status.DECEASED:
        raise Deceased("The death is recorded already.")
    _check_death(patient, values, at=at)
    stopping.end_visits(patient, stopping.BECAUSE, by=by, at=at)
    patient.died_on, patient.death_told_by = values.get("died_on"), values["told_by"].strip()
    return _become(patient, Status.DECEASED, "", by=by, at=at, why="recorded as deceased")


@transaction.atomic
def take_death_back(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> Patient:
    """It was recorded in error: another person of that name, a misheard call. What was taken back stays so."""
    patient = _locked(pk, by=by, version=version)
    if patient.status != Status.DECEASED:
        raise NotDeceased
    _need(reason, "Write what was wrong: it stays in the history of the record.")
    patient.died_on, patient.death_told_by = None, ""
    return _become(patient, Status.ACTIVE, reason, by=by, at=at, why="death recorded in error")


def refuse_for_the_dead(patient: Patient) -> None:
    """For whatever would write to a patient or ask them back."""
    if patient.whole.status == Status.DECEASED:
        raise Deceased


def _check_death(patient: Patient, values: Mapping[str, Any], *, at: datetime) -> None:
    problems = {}
    died_on: date | None = values.get("died_on")
    if not (values.get("told_by") or "").strip():
        problems["told_by"] = "Write who told you: the daughter by phone, the GP's letter."
    if died_on and died_on > patient.practice.local_date(at):
        problems["died_on"] = "This day lies in the future."
    if died_on and died_on < patient.date_of_birth:
        problems["died_on"] = "This day lies before the birth. Check the year."
    if problems:
        raise ValidationError(problems)


def _locked(pk: UUID, *, by: User, version: int) -> Patient:
    patient = lock(Patient.objects.visible_to(by).select_related("practice"), pk, version=version, no_key=True)
    if not policy.can_change(by, patient):
        raise PermissionDenied
    if patient.merged_into_id:
        raise MergedAway
    return patient


def _need(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": sentence})


def _become(patient: Patient, status: Patient.Status, reason: str, *, by: User, at: datetime, why: str) -> Patient:
    patient.status, patient.status_reason = status, reason.strip()
    patient.status_at, patient.status_by = at, by
    return keep(patient, by=by, why=why)
