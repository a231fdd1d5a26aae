"""Moving in: an export is uploaded, its columns confirmed, every row checked, and only then imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import policy
from patients.actions.import_slices import records_of
from patients.importing import columns, days, files, reading
from patients.models import Import
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User

Status = Import.Status


class NotNow(Refused):
    code = "not_now"
    message = "This import is not at that step. Look at its page again."


class FileGone(Refused):
    code = "file_gone"
    message = "The file is gone. Upload it again."


@dataclass(frozen=True)
class Likeness:
    """What the file looks like, for the person to confirm: the product, and whether its columns were mapped before."""

    product: columns.Product | None
    remembered: bool

    @property
    def sentence(self) -> str:
        if self.remembered:
            return "You have mapped these columns before. Look whether it is still right."
        if self.product:
            return f"Looks like an export of {self.product.name}. Look whether every column is right."
        return "No system is known by these columns. Say what each of them is."


def upload_import(*, kind: str, pieces: Iterable[bytes], file_name: str, by: User) -> Import:
    """Keep the file and propose how to read it. Nothing is written to any record. Raises ValidationError for a file that
    cannot be read at all."""
    if not policy.can_import(by):
        raise PermissionDenied
    stored = _stored(pieces)
    try:
        found = reading.detect_encoding(files.path_of(stored.name))
        separator = reading.detect_separator(files.path_of(stored.name), found.name)
        of_import = Import(
            practice=by.practice,
            kind=kind,
            file_name=_plain(file_name),
            stored_as=stored.name,
            sha256=stored.sha256,
            size=stored.size,
            encoding=found.name,
            separator=separator,
            header=[],
        )
        _propose(of_import)
        return keep(of_import, by=by, why="uploaded")
    except reading.Unreadable as error:
        files.drop(stored.name)
        raise ValidationError({"file": str(error)}) from error
    except BaseException:
        files.drop(stored.name)
        raise


def _stored(pieces: Iterable[bytes]) -> files.Stored:
    try:
        return files.store(pieces)
    except reading.Unreadable as error:
        raise ValidationError({"file": str(error)}) from error


def _plain(file_name: str) -> str:
    """The last part of the name, printable, without a path."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-120:]


def _propose(of_import: Import) -> None:
    """Header, and what each column may be: as confirmed for the same columns before, else by the product's table."""
    path = files.path_of(of_import.stored_as)
    header = reading.header_of(path, encoding=of_import.encoding, separator=of_import.separator)
    of_import.header = header
    of_import.header_digest = sha256("\x1f".join(header).encode("utf-8", "replace")).hexdigest()
    before = earlier(of_import)
    if before is not None:
        of_import.mapping, of_import.source, of_import.date_order = before.mapping, before.source, ""
        return
    product, last = columns.recognise(of_import.kind, header), _last_source(of_import)
    of_import.source = product.name if product else last
    proposed = columns.propose(of_import.kind, header, product or columns.named(last))
    of_import.mapping = {str(index): key for index, key in sorted(proposed.items())}


def _last_source(of_import: Import) -> str:
    """People move from one system: what the patients came from, their notes come from as well."""
    rows = Import.objects.filter(practice=of_import.practice_id, run__gt=0).order_by("-created_at")
    return rows.values_list("source", flat=True).first() or ""


def earlier(of_import: Import) -> Import | None:
    """The newest import with the same columns that somebody confirmed."""
    rows = Import.objects.filter(
        practice=of_import.practice_id, kind=of_import.kind, header_digest=of_import.header_digest, run__gt=0
    )
    return rows.exclude(pk=of_import.pk).order_by("-created_at").first()


def likeness_of(of_import: Import) -> Likeness:
    return Likeness(columns.recognise(of_import.kind, of_import.header), earlier(of_import) is not None)


@transaction.atomic
def reread_import(*, pk: UUID, encoding: str, separator: str, by: User, version: int) -> Import:
    """Read the same file in another encoding or with another separator; columns are proposed anew."""
    of_import = _locked(pk, by, version, Status.UPLOADED, Status.CHECKED, Status.STOPPED)
    _needs_file(of_import)
    of_import.encoding, of_import.separator = encoding, separator
    try:
        _propose(of_import)
    except reading.Unreadable as error:
        raise ValidationError({"separator": str(error)}) from error
    of_import.status = Status.UPLOADED
    return keep(of_import, by=by, why="read anew")


def evidence_of(of_import: Import) -> days.Evidence:
    """What all columns of dates say about the order of day and month, over the whole file."""
    wanted = {int(i) for i, key in of_import.mapping.items() if key in columns.day_fields(of_import.kind)}
    if not wanted or not of_import.stored_as or not files.path_of(of_import.stored_as).is_file():
        return days.Evidence()
    rows = iter(records_of(of_import))
    next(rows, None)
    return days.weigh(record.cells[i] for record in rows for i in wanted if i < len(record.cells))


@transaction.atomic
def settle_import(
    *, pk: UUID, source: str, mapping: Mapping[int, str], date_order: str, by: User, version: int
) -> Import:
    """Confirm what every column is; the check of all rows begins. Dates that can be two days need their order said:
    it is never guessed. Raises ValidationError per field."""
    of_import = _locked(pk, by, version, Status.UPLOADED, Status.CHECKED, Status.STOPPED, Status.DONE)
    _needs_file(of_import)
    of_import.source = source.strip() or "other"
    of_import.mapping = {str(index): key for index, key in sorted(mapping.items())}
    of_import.date_order = date_order
    problems = _problems(of_import, mapping)
    if problems:
        raise ValidationError(problems)
    _begin(of_import, Status.CHECKING, by)
    return keep(of_import, by=by, why="columns confirmed")


def _problems(of_import: Import, mapping: Mapping[int, str]) -> dict[str, str]:
    known = {field.key for field in columns.FIELDS[of_import.kind]}
    if not all(0 <= index < len(of_import.header) for index in mapping) or not set(mapping.values()) <= known:
        return {"mapping": "Map columns of this file to the fields of this kind."}
    if message := columns.problem_with(of_import.kind, dict(mapping)):
        return {"mapping": message}
    evidence = evidence_of(of_import)
    if evidence.has_to_be_asked and not of_import.date_order:
        return {"date_order": f"Say whether the day or the month comes first. Of the dates, {evidence.sentence}"}
    return {}


def _begin(of_import: Import, status: Import.Status, by: User) -> None:
    of_import.status, of_import.confirmed_by, of_import.problem = status, by, ""
    of_import.run += 1
    of_import.position, of_import.next_row, of_import.counts = "", 1, {}


@transaction.atomic
def start_import(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Import:
    """Write what the check has shown. `duplicates`, `apply_updates`, `keep_file` are the person's decisions."""
    of_import = _locked(pk, by, version, Status.CHECKED)
    _needs_file(of_import)
    for name, value in values.items():
        setattr(of_import, name, value)
    _begin(of_import, Status.IMPORTING, by)
    return keep(of_import, by=by, why="import started")


@transaction.atomic
def stop_import(*, pk: UUID, by: User, version: int | None = None) -> Import:
    """Rows already written stay; starting again goes over the file once more and changes nothing twice."""
    of_import = _locked(pk, by, version, Status.CHECKING, Status.IMPORTING)
    of_import.status, of_import.problem = Status.STOPPED, f"Stopped by {by.full_name}."
    return keep(of_import, by=by, why="stopped")


@transaction.atomic
def forget_file(*, pk: UUID, by: User) -> Import:
    """Take the uploaded file away; what was imported, the report and the digest stay."""
    of_import = _locked(pk, by, None, Status.UPLOADED, Status.CHECKED, Status.STOPPED, Status.DONE)
    if of_import.stored_as:
        transaction.on_commit(partial(files.drop, of_import.stored_as))
        of_import.stored_as = ""
        if of_import.status != Status.DONE:
            of_import.status, of_import.problem = Status.STOPPED, "The file was removed."
        keep(of_import, by=by, why="file removed")
    return of_import


def _needs_file(of_import: Import) -> None:
    if not of_import.stored_as or not files.path_of(of_import.stored_as).is_file():
        raise FileGone


def _locked(pk: UUID, by: User, version: int | None, *states: Import.Status) -> Import:
    of_import = lock(Import.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_import(by):
        raise PermissionDenied
    if of_import.status not in states:
        raise NotNow
    return of_import
