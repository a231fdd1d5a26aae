"""Attachments: received once, put right, archived with a reason. The file itself never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import file_kinds, policy
from patients.attachment_words import added_in_words
from patients.file_kinds import Received
from patients.models import Attachment, Patient, whole_patient_ids
from practice.errors import Refused
from practice.history import keep, keep_all, lock
from practice.models import User
from practice.stored_files import FileStore, digest_of

FILES = FileStore("attachments")


class AttachmentUnusable(Refused):
    code = "attachment_unusable"
    message = "The stored file is missing or was changed. Ask for it again, and tell who looks after the system."


class AlreadyArchived(Refused):
    code = "already_archived"
    message = "This is archived already."


class NotArchived(Refused):
    code = "not_archived"
    message = "This is not archived."


@dataclass(frozen=True)
class Sent:
    """A file as it arrives."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Added:
    """The attachment; whether the same file was here before, and whether another patient has it too."""

    name: str
    attachment: Attachment
    was_here: bool
    elsewhere: bool = False

    @property
    def notice(self) -> str:
        return added_in_words(self.attachment, was_here=self.was_here, elsewhere=self.elsewhere)


@dataclass(frozen=True)
class NotAdded:
    """A file that is not kept, and what to do about it."""

    name: str
    problem: str


@dataclass(frozen=True)
class Stored:
    """A file that lies on the disk and has no row yet."""

    sent: Sent
    received: Received
    stored_as: str


def most_bytes() -> int:
    return int(settings.ATTACHMENT_MEGABYTES) * 1024 * 1024


def add_attachment(
    *, patient: Patient, content: bytes, file_name: str, values: Mapping[str, Any], by: User, at: datetime
) -> Added:
    """Keep one file for a patient. Raises ValidationError beside `file` for what is not kept."""
    sent = [Sent(file_name, content)]
    (outcome,) = add_attachments(patient=patient, sent=sent, values=values, by=by, at=at)
    if isinstance(outcome, NotAdded):
        raise ValidationError({"file": outcome.problem})
    return outcome


def add_attachments(
    *, patient: Patient, sent: Sequence[Sent], values: Mapping[str, Any], by: User, at: datetime
) -> list[Added | NotAdded]:
    """Keep files for a patient; one that is not kept does not hold up the others. The same file again (a photo with
    other details, too) is the same attachment. Every file is on the disk before its row is written."""
    if not policy.can_attach(by, patient):
        raise PermissionDenied
    stored: list[Stored] = []
    try:
        outcomes = [_stored(file, stored) for file in sent]
        added = iter(_written(patient=patient, stored=stored, values=values, by=by, at=at))
    except BaseException:
        _drop(stored, keeping=set())
        raise
    done = [outcome if isinstance(outcome, NotAdded) else next(added) for outcome in outcomes]
    _drop(stored, keeping={outcome.attachment.stored_as for outcome in done if isinstance(outcome, Added)})
    return done


def _stored(sent: Sent, stored: list[Stored]) -> Stored | NotAdded:
    try:
        received = file_kinds.received(sent.content, most_bytes=most_bytes())
    except file_kinds.NotKept as error:
        return NotAdded(sent.name, str(error))
    stored.append(Stored(sent, received, FILES.store(received.content)))
    return stored[-1]


def _drop(stored: Sequence[Stored], *, keeping: set[str]) -> None:
    for name in {file.stored_as for file in stored} - keeping:
        FILES.drop(name)


@transaction.atomic
def _written(
    *, patient: Patient, stored: Sequence[Stored], values: Mapping[str, Any], by: User, at: datetime
) -> list[Added]:
    """The rows; two people who add the same file in the same moment add it once."""
    patient = _standing(patient, by)
    here, elsewhere = _known(patient, [digest_of(file.received.content) for file in stored], by)
    added, new = [], []
    for file in stored:
        row = _row(patient, file, values, at)
        if known := here.get(row.sha256):
            added.append(Added(file.sent.name, known, was_here=True))
            continue
        _not_in_the_future(row, at)
        here[row.sha256] = row
        new.append(row)
        added.append(Added(file.sent.name, row, was_here=False, elsewhere=row.sha256 in elsewhere))
    keep_all(new, by=by, why="attachment added")
    return added


def _known(patient: Patient, digests: Sequence[str], by: User) -> tuple[dict[str, Attachment], set[str]]:
    """What the patient has of these files, and which of them somebody else has."""
    whole = set(whole_patient_ids(patient))
    rows = list(Attachment.objects.visible_to(by).filter(sha256__in=digests).select_related("practice"))
    here = {row.sha256: row for row in rows if row.patient_id in whole}
    return here, {row.sha256 for row in rows if row.patient_id not in whole and not row.is_archived}


def _row(patient: Patient, file: Stored, values: Mapping[str, Any], at: datetime) -> Attachment:
    received = file.received
    return Attachment(
        practice=patient.practice,
        patient=patient,
        kind=values["kind"],
        title=_title(file.sent.name, values),
        dated_on=values.get("dated_on") or _day_of(received, patient, at),
        content_type=received.content_type,
        size=len(received.content),
        pages=received.pages,
        sha256=digest_of(received.content),
        received_sha256=digest_of(file.sent.content),
        removed=_removed(received),
        stored_as=file.stored_as,
        created_at=at,
    )


def _title(file_name: str, values: Mapping[str, Any]) -> str:
    return values.get("title", "").strip() or _title_of(file_name) or Attachment.Kind(values["kind"]).label


def _standing(patient: Patient, by: User) -> Patient:
    """Locked: who is merged in this moment is found as the one they were merged into."""
    rows = Patient.objects.visible_to(by).select_related("practice", "merged_into__practice")
    return lock(rows, patient.pk).whole


def _title_of(file_name: str) -> str:
    """What the file was called, without path and ending, as words."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    words = (stem if dot and len(ending) <= 5 else last).replace("_", " ")
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:120]


def _day_of(received: Received, patient: Patient, at: datetime) -> date:
    """The day the camera wrote into the photo, else today."""
    today = patient.practice.local_date(at)
    return min(received.taken_on or today, today)


def _removed(received: Received) -> str:
    if received.had_place:
        return Attachment.Removed.PLACE
    return Attachment.Removed.DETAILS if received.had_details else ""


def _not_in_the_future(attachment: Attachment, at: datetime) -> None:
    if attachment.dated_on > attachment.practice.local_date(at):
        raise ValidationError({"dated_on": "This day lies in the future. Write the day on the paper."})


@transaction.atomic
def change_attachment(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> Attachment:
    """Put right its name, its kind or its day."""
    attachment = _locked(pk, by, version)
    if not policy.can_change_attachment(by, attachment, kind=values.get("kind", "")):
        raise PermissionDenied("Only who may open it can make it office paper.")
    for name in values.keys() & {"title", "kind", "dated_on"}:
        setattr(attachment, name, values[name])
    attachment.title = attachment.title.strip()
    _not_in_the_future(attachment, at)
    return keep(attachment, by=by, why="attachment changed")


@transaction.atomic
def archive_attachment(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> Attachment:
    """Out of the chart, with the reason; it stays in the record and can be brought back."""
    attachment = _locked(pk, by, version)
    if attachment.is_archived:
        raise AlreadyArchived
    if not reason.strip():
        raise ValidationError({"reason": "Say why: added to the wrong patient, unreadable, replaced by a better scan."})
    attachment.archived_at, attachment.archived_by, attachment.archive_reason = at, by, reason.strip()
    return keep(attachment, by=by, why="attachment archived")


@transaction.atomic
def restore_attachment(*, pk: UUID, by: User, version: int) -> Attachment:
    attachment = _locked(pk, by, version)
    if not attachment.is_archived:
        raise NotArchived
    attachment.archived_at, attachment.archived_by, attachment.archive_reason = None, None, ""
    return keep(attachment, by=by, why="attachment brought back")


def _locked(pk: UUID, by: User, version: int) -> Attachment:
    rows = Attachment.objects.visible_to(by).select_related("practice", "patient")
    attachment = lock(rows, pk, version=version)
    if not policy.can_change_attachment(by, attachment):
        raise PermissionDenied
    return attachment


def file_of(attachment: Attachment, *, by: User) -> bytes:
    """The bytes as they were stored; refuses what is gone or does not match its digest."""
    if not policy.can_open_attachment(by, attachment):
        raise PermissionDenied
    content = FILES.read(attachment.stored_as, sha256=attachment.sha256)
    if content is None:
        raise AttachmentUnusable
    return content


def sweep_attachments(at: datetime) -> int:
    """The worker's chore: files whose row was never written go."""
    return FILES.sweep(
        lambda names: Attachment.objects.filter(stored_as__in=names).values_list("stored_as", flat=True), at=at
    )
