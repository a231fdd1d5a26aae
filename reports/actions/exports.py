"""The whole practice in open formats: asked for by a manager, written by the worker, fetched for a week.

One ZIP: a CSV per table, the issued PDFs, signatures as JSON, scans, a description of every column, and a manifest with
the SHA-256 of every file. Streamed: the memory does not grow with the practice.
"""

import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from consent import scans
from consent.models import Consent, ConsentScan
from patients.actions import FILES
from patients.models import Attachment
from practice import csv_writing
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Practice, User
from reports import policy, tables
from reports.archive import Archive
from reports.models import Document, PracticeExport

log = logging.getLogger(__name__)
Status = PracticeExport.Status
FOLDER = "exports"
DAYS = 7
LEASE = timedelta(minutes=15)
README = """This is everything that Tautband holds of one practice, in formats that any program can read.

tables/*.csv      one file per table: UTF-8 with its mark, commas, quotation marks doubled, first row the columns
history/*.csv     earlier states of the rows: who changed what, when and why
columns.csv       what every column is, where it points, which values it can have
documents/*.pdf   the issued documents as they were issued, named by their number
signatures/*.json the strokes of each signature, named by the consent's id
scans/*           scans of consents on paper, named by the scan's id
attachments/*     files that were added to patients, named by the attachment's id
manifest.json     every file with its size, SHA-256 and number of rows; what was lost before is listed as missing

Times are ISO 8601 in UTC. Lists are JSON. A text that begins with = + - @ carries an apostrophe in front, so that no
spreadsheet calculates with it. Passwords, tokens and other secrets are left out.
"""


class AlreadyAtWork(Refused):
    code = "export_at_work"
    message = "An export is being written already. Wait for it."


class NotThere(Refused):
    code = "export_not_there"
    message = "The file is not there any more. Ask for a new export."


@transaction.atomic
def request_export(*, by: User, at: datetime) -> PracticeExport:
    """Ask for everything. One at a time; the worker writes it."""
    if not policy.can_export(by):
        raise PermissionDenied
    Practice.objects.select_for_update().get(pk=by.practice_id)
    if PracticeExport.objects.visible_to(by).filter(status__in=(Status.WAITING, Status.WORKING)).exists():
        raise AlreadyAtWork
    return keep(PracticeExport(practice=by.practice, requested_by=by, created_at=at), by=by, why="export asked for")


def write_exports(at: datetime) -> int:
    """The worker's chore: take away what is over, write what waits. Answers how many exports it touched."""
    gone = [_expire(export.pk, at) for export in PracticeExport.objects.filter(status=Status.READY, expires_at__lte=at)]
    export = _take(at)
    if export is None:
        return len(gone)
    try:
        write_export(export, at=at)
    except Exception:
        log.exception("an export failed")
        export.status, export.taken_until = Status.FAILED, None
        keep(export, by=export.requested_by, why="failed")
    return len(gone) + 1


@transaction.atomic
def _take(at: datetime) -> PracticeExport | None:
    """The oldest that nobody writes; one whose worker died is written again from the beginning."""
    waits = Q(status=Status.WAITING) | Q(status=Status.WORKING, taken_until__lt=at)
    rows = PracticeExport.objects.filter(waits).select_related("practice", "requested_by")
    export = rows.select_for_update(of=("self",), skip_locked=True).order_by("created_at").first()
    if export is None:
        return None
    export.status, export.taken_until, export.steps_done = Status.WORKING, at + LEASE, 0
    return keep(export, by=export.requested_by, why="being written")


def write_export(export: PracticeExport, *, at: datetime) -> None:
    """Write the file under another name, then give it its own: a half-written one is never offered."""
    name = secrets.token_hex(32)
    half = path_of(f"{name}.half")
    half.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def said(done: int, total: int) -> None:
        export.steps_done, export.steps_total = done, total
        export.taken_until = max(export.taken_until or at, at) + LEASE
        keep(export, by=export.requested_by, why=f"step {done} of {total}")

    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        export.rows_total = write_archive(export.practice, half, at=at, said=said)
        half.rename(path_of(name))
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    with path_of(name).open("rb") as file:
        export.sha256 = file_digest(file, "sha256").hexdigest()
    export.size, export.stored_as = path_of(name).stat().st_size, name
    export.status, export.taken_until, export.expires_at = Status.READY, None, at + timedelta(days=DAYS)
    keep(export, by=export.requested_by, why="written")


def write_archive(
    practice: Practice, path: Path, *, at: datetime, said: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Everything of one practice into a ZIP; answers how many rows. `said` hears after each table how far it is."""
    archive, rows = Archive(path), 0
    models = [*tables.histories(), *tables.tables()]
    archive.add("README.txt", [README.encode()])
    archive.add("columns.csv", csv_writing.lines(tables.COLUMN_HEADER, tables.described(models)))
    for done, model in enumerate(models, 1):
        counted = tables.Counted(tables.rows_of(model, practice), model)
        entry = archive.add(tables.name_of(model), counted.lines())
        entry["rows"] = counted.count
        rows += counted.count
        said(done, len(models) + 1)
    _add_files(archive, practice)
    archive.close({"format": "tautband-export-1", "practice": practice.name, "made_at": at.isoformat(), "rows": rows})
    said(len(models) + 1, len(models) + 1)
    return rows


def _add_files(archive: Archive, practice: Practice) -> None:
    for document in Document.objects.filter(practice=practice).order_by("pk").iterator(chunk_size=20):
        archive.add(f"documents/{document.number}.pdf", [bytes(document.content)])
    signed = Consent.objects.filter(practice=practice).exclude(signature=None).order_by("pk")
    for pk, signature in signed.values_list("pk", "signature").iterator(chunk_size=100):
        archive.add(f"signatures/{pk}.json", [json.dumps(signature).encode()])
    for scan in ConsentScan.objects.filter(practice=practice).order_by("pk").iterator(chunk_size=100):
        ending = scan.content_type.rpartition("/")[2]
        archive.add_kept(f"scans/{scan.pk}.{ending}", scans.STORE.read(scan.stored_as, sha256=scan.sha256))
    for attachment in Attachment.objects.filter(practice=practice).order_by("pk").iterator(chunk_size=100):
        add_attachment(archive, attachment)


def add_attachment(archive: Archive, attachment: Attachment) -> None:
    archive.add_kept(
        f"attachments/{attachment.pk}.{attachment.ending}", FILES.read(attachment.stored_as, sha256=attachment.sha256)
    )


@transaction.atomic
def _expire(pk: UUID, at: datetime) -> None:
    export = lock(PracticeExport.objects.select_related("practice", "requested_by"), pk)
    if export.status == Status.READY and export.expires_at and export.expires_at <= at:
        transaction.on_commit(partial(path_of(export.stored_as).unlink, missing_ok=True))
        export.status, export.stored_as = Status.OVER, ""
        keep(export, by=export.requested_by, why="its time is over")


def fetch_export(*, pk: UUID, by: User, at: datetime) -> tuple[PracticeExport, Iterator[bytes]]:
    """The stored file piece by piece. Whoever fetches it writes the access entry."""
    export = PracticeExport.objects.visible_to(by).get(pk=pk)
    if not policy.can_export(by):
        raise PermissionDenied
    path = path_of(export.stored_as)
    if export.status != Status.READY or (export.expires_at and export.expires_at <= at) or not path.is_file():
        raise NotThere
    return export, _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(256 * 1024):
            yield piece


def path_of(name: str) -> Path:
    return Path(settings.HOME) / FOLDER / name
