"""Legal holds, and the destruction of a record that nobody has to keep any more: proposed by one, done by another."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import destroying, policy
from patients.models import DestroyedRecord, Destruction, LegalHold, Patient, whole_patient_ids
from patients.retention import Keeping
from practice.errors import Refused
from practice.history import destroy, keep, lock
from practice.models import User

State = Destruction.State


class Held(Refused):
    code = "legal_hold"
    message = "A legal hold stands: nothing of this record is destroyed until it is lifted."


class NotYet(Refused):
    code = "kept_longer"


class TwoPeople(Refused):
    code = "two_people"
    message = "You proposed it. Somebody else has to look at it and confirm."


class Ended(Refused):
    code = "ended"
    message = "This was taken back or done already."


class AlreadyLifted(Refused):
    code = "already_lifted"
    message = "This hold was lifted already."


@transaction.atomic
def set_hold(*, patient: Patient, reason: str, by: User) -> LegalHold:
    """From now on nothing of the whole person is destroyed."""
    if not policy.can_hold(by, patient):
        raise PermissionDenied
    _need(reason, "reason", "Write why: a claim, a complaint, an order of a court.")
    standing = lock(Patient.objects.visible_to(by).select_related("practice"), patient.whole_id)
    return keep(LegalHold(practice=standing.practice, patient=standing, reason=reason.strip()), by=by, why="hold set")


@transaction.atomic
def lift_hold(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> LegalHold:
    hold = lock(LegalHold.objects.visible_to(by).select_related("practice", "patient"), pk, version=version)
    if not policy.can_hold(by, hold.patient):
        raise PermissionDenied
    if hold.lifted_at is not None:
        raise AlreadyLifted
    _need(reason, "reason", "Write why it no longer stands.")
    hold.lifted_at, hold.lifted_by, hold.lifted_reason = at, by, reason.strip()
    return keep(hold, by=by, why="hold lifted")


@transaction.atomic
def propose_destruction(*, patient: Patient, reason: str, by: User, at: datetime) -> Destruction:
    """The first of two people. Nothing is destroyed yet."""
    if not policy.can_propose_destruction(by, patient):
        raise PermissionDenied
    standing = lock(Patient.objects.visible_to(by).select_related("practice"), patient.whole_id)
    _may_go(standing, at=at)
    _need(reason, "reason", "Write why it is destroyed and not kept.")
    proposed = Destruction(practice=standing.practice, patient_id=standing.pk, record_number=standing.record_number,
                           reason=reason.strip(), proposed_by=by)  # fmt: skip
    return keep(proposed, by=by, why="destruction proposed")


@transaction.atomic
def withdraw_destruction(*, pk: UUID, by: User, at: datetime, version: int) -> Destruction:
    proposed = _proposed(pk, by=by, version=version)
    if not (policy.can_propose_destruction(by, proposed) or policy.can_confirm_destruction(by, proposed)):
        raise PermissionDenied
    proposed.state, proposed.ended_at = State.WITHDRAWN, at
    return keep(proposed, by=by, why="destruction taken back")


@transaction.atomic
def confirm_destruction(*, pk: UUID, by: User, at: datetime, version: int) -> DestroyedRecord:
    """The second of two people: every row, earlier state and file of the person goes, and a line of the register stays.
    The surface has made sure who it is. All of it or nothing."""
    proposed = _proposed(pk, by=by, version=version)
    if not policy.can_confirm_destruction(by, proposed):
        raise PermissionDenied
    if proposed.proposed_by_id == by.pk:
        raise TwoPeople
    patient = lock(Patient.objects.visible_to(by).select_related("practice"), proposed.patient_id)
    if patient.merged_into_id:
        raise Ended("The record was merged into another since. Take this back, and look at that one.")
    kept, rows = _may_go(patient, at=at), destroying.everything_of(patient)
    entry = _entry(patient, proposed, kept)
    drops = destroying.files_of(rows)
    entry.sha256 = destroying.digest_of(rows)
    proposed.state, proposed.confirmed_by, proposed.ended_at = State.CONFIRMED, by, at
    keep(proposed, by=by, why="destruction confirmed")
    entry.rows = destroy(rows, destruction=proposed.pk)
    proposed.state = State.DESTROYED
    keep(proposed, by=by, why="destroyed")
    for drop in drops:
        transaction.on_commit(drop)
    return keep(entry, by=by, why="destroyed")


def _entry(patient: Patient, proposed: Destruction, kept: Keeping) -> DestroyedRecord:
    others = Patient.objects.filter(merged_into=patient.pk).order_by("record_number")
    local = patient.practice.local_date
    return DestroyedRecord(
        practice=patient.practice, destruction=proposed, record_number=patient.record_number,
        other_record_numbers=list(others.values_list("record_number", flat=True)), name=patient.full_name[:250],
        registered_on=local(patient.created_at), last_entry_on=kept.last_entry_on, kept_until=kept.until,
        rule=kept.in_words, reason=proposed.reason, proposed_by=proposed.proposed_by,
    )  # fmt: skip


def _proposed(pk: UUID, *, by: User, version: int) -> Destruction:
    proposed = lock(Destruction.objects.visible_to(by).select_related("practice", "proposed_by"), pk, version=version)
    if proposed.state != State.PROPOSED:
        raise Ended
    return proposed


def _may_go(patient: Patient, *, at: datetime) -> Keeping:
    if LegalHold.objects.standing().filter(patient__in=whole_patient_ids(patient)).exists():
        raise Held
    kept = destroying.keeping_of(patient)
    if not kept.is_over(patient.practice.local_date(at)):
        raise NotYet(f"This record has to be kept until {kept.until.day} {kept.until:%B %Y}. {kept.in_words}")
    return kept


def _need(text: str, field: str, sentence: str) -> None:
    if not text.strip():
        raise ValidationError({field: sentence})
