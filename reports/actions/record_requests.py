"""Record requests: received with their clock, prepared as one PDF and a data package, handed over, or refused with a
reason. And corrections that were refused, with the patient's statement."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from patients import policy as patient_policy
from patients.models import Attachment, Patient, whole_patient_ids
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from practice.stored_files import FileStore
from reports import gathering, policy, tables
from reports.actions import making
from reports.actions.exports import add_attachment
from reports.archive import Archive
from reports.drawing import full_record
from reports.models import Document, RecordPackage, RecordRequest, RefusedCorrection
from reports.models.record_requests import DAYS

Status = RecordRequest.Status
PACKAGES = FileStore("record_packages")


class NotOpen(Refused):
    code = "not_open"
    message = "This request is closed. Receive a new one."


class NotPrepared(Refused):
    code = "not_prepared"
    message = "Make the record first, then say how it was handed over."


class PackageUnusable(Refused):
    code = "package_unusable"
    message = "The stored package is missing or was changed. Make the record again."


@transaction.atomic
def receive_request(*, patient: Patient, values: Mapping[str, Any], by: User, at: datetime) -> RecordRequest:
    """The clock of 30 days begins on the day the request came in."""
    if not policy.can_receive_requests(by) or not patient_policy.can_change(by, patient):
        raise PermissionDenied
    request = RecordRequest(practice=patient.practice, patient=patient, **values)
    today = patient.practice.local_date(at)
    if request.received_on > today:
        raise ValidationError({"received_on": "This day lies in the future."})
    if request.asked_by != RecordRequest.AskedBy.PATIENT and not request.authority.strip():
        told = "Say what gives them the right: a signed authority, a court order, guardianship."
        raise ValidationError({"authority": told})
    request.due_on = request.received_on + timedelta(days=DAYS)
    return keep(request, by=by, why="record asked for")


def prepare_record(*, pk: UUID, by: User, at: datetime) -> Document:
    """One PDF of the whole record and the package of its data, both stored with their digest. Drawn outside the
    transaction; made again, it supersedes."""
    request = _request(pk, by)
    if not policy.can_prepare_records(by):
        raise PermissionDenied
    if request.status != Status.OPEN:
        raise NotOpen
    patient, kind = request.patient, Document.Kind.FULL_RECORD
    number = making.new_number(kind, patient)
    content = gathering.full_record(request, document=number, by=by, at=at)
    versions: dict[str, object] = {"sessions": len(content.sessions), "request": request.version}
    made = making.checked(full_record.render(content), number=number, patient=patient, versions=versions)
    stored_as = _package(request, made, at=at)
    try:
        return _store(pk, made, stored_as, by=by, at=at)
    except BaseException:
        PACKAGES.drop(stored_as)
        raise


@transaction.atomic
def _store(pk: UUID, made: making.Made, stored_as: str, *, by: User, at: datetime) -> Document:
    request = lock(RecordRequest.objects.visible_to(by).select_related("practice", "patient__practice"), pk)
    if request.status != Status.OPEN:
        raise NotOpen
    row = RecordPackage(
        practice=request.practice,
        request=request,
        stored_as=stored_as,
        size=PACKAGES.path_of(stored_as).stat().st_size,
        sha256=PACKAGES.digest(stored_as),
        created_at=at,
    )
    keep(row, by=by, why="record packed")
    return making.store(Document.Kind.FULL_RECORD, made, patient=request.patient, by=by, at=at, record_request=request)


def _package(request: RecordRequest, made: making.Made, *, at: datetime) -> str:
    """The printed record, a CSV per table with this person's rows, the attached files, and the manifest with every
    digest. What was archived (it may be another person's) stays out. Answers where it is stored."""
    ids = whole_patient_ids(request.patient)
    with PACKAGES.writing() as (name, target):
        archive = Archive(target)
        archive.add("record.pdf", [made.content])
        for model in tables.tables():
            if model in (RecordPackage, RecordRequest) or (rows := tables.of_patient(model, ids)) is None:
                continue
            counted = tables.Counted(rows.filter(archived_at=None) if model is Attachment else rows, model)
            entry = archive.add(tables.name_of(model), counted.lines())
            entry["rows"] = counted.count
        for attachment in (
            Attachment.objects.of_patient(request.patient).current().order_by("pk").iterator(chunk_size=20)
        ):
            add_attachment(archive, attachment)
        archive.close(
            {"format": "tautband-record-1", "record_number": request.patient.record_number, "made_at": at.isoformat()}
        )
    return name


def package_pieces(packed: RecordPackage) -> Iterator[bytes]:
    """The stored package piece by piece; refuses what is gone or does not match its digest."""
    if packed.content is not None:
        return iter([bytes(packed.content)])
    if PACKAGES.digest(packed.stored_as) != packed.sha256:
        raise PackageUnusable
    return PACKAGES.pieces(packed.stored_as)


def sweep_packages(at: datetime) -> int:
    """The worker's chore: files whose row was never written go."""
    return PACKAGES.sweep(
        lambda names: RecordPackage.objects.filter(stored_as__in=names).values_list("stored_as", flat=True), at=at
    )


@transaction.atomic
def hand_over(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> RecordRequest:
    """Say how and to whom it went. With something withheld it went in part, and the reason is told."""
    request = _locked(pk, by, version)
    if not request.documents.exists():
        raise NotPrepared
    for name, value in values.items():
        setattr(request, name, value)
    withheld = bool(request.withheld.strip())
    if withheld and not request.reason.strip():
        raise ValidationError({"reason": "Say why. The person has a right to the reason."})
    if not request.handed_over_how or not request.handed_over_to.strip():
        missing = {"handed_over_how": request.handed_over_how, "handed_over_to": request.handed_over_to.strip()}
        raise ValidationError({name: "Fill this in." for name, value in missing.items() if not value})
    request.status = Status.IN_PART if withheld else Status.HANDED_OVER
    request.handed_over_at, request.handed_over_by = at, by
    return keep(request, by=by, why="record handed over")


@transaction.atomic
def refuse_request(*, pk: UUID, reason: str, by: User, version: int, taken_back: bool = False) -> RecordRequest:
    """Refused with its reason, or taken back by who asked."""
    request = _locked(pk, by, version)
    if not reason.strip():
        raise ValidationError({"reason": "Say why. The person has a right to the reason."})
    request.status, request.reason = (Status.WITHDRAWN if taken_back else Status.REFUSED), reason
    return keep(request, by=by, why="request taken back" if taken_back else "request refused")


@transaction.atomic
def refuse_correction(*, patient: Patient, values: Mapping[str, Any], by: User, at: datetime) -> RefusedCorrection:
    """A change that was asked for and not made, with the reason and, when they gave one, the patient's statement."""
    if not policy.can_refuse_corrections(by) or not patient_policy.can_change(by, patient):
        raise PermissionDenied
    row = RefusedCorrection(practice=patient.practice, patient=patient, **values)
    if row.asked_on > patient.practice.local_date(at):
        raise ValidationError({"asked_on": "This day lies in the future."})
    return keep(row, by=by, why="correction refused")


@transaction.atomic
def add_statement(*, pk: UUID, statement: str, by: User, version: int) -> RefusedCorrection:
    """The patient's own words, word for word. They can be given later and changed by the patient; history keeps all."""
    rows = RefusedCorrection.objects.visible_to(by).select_related("practice", "patient")
    row = lock(rows, pk, version=version)
    if not policy.can_refuse_corrections(by):
        raise PermissionDenied
    row.statement = statement
    return keep(row, by=by, why="statement of the patient")


def _request(pk: UUID, by: User) -> RecordRequest:
    rows = RecordRequest.objects.visible_to(by).select_related("practice", "patient__practice")
    request = rows.filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def _locked(pk: UUID, by: User, version: int) -> RecordRequest:
    rows = RecordRequest.objects.visible_to(by).select_related("practice", "patient")
    request = lock(rows, pk, version=version)
    if not policy.can_decide_requests(by):
        raise PermissionDenied
    if request.status != Status.OPEN:
        raise NotOpen
    return request
