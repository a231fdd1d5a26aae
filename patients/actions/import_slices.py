"""The worker's part of an import: a slice of rows at a time, each in one transaction with the place it ended at."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from patients import policy
from patients.actions.import_others import AlertRows, ContactRows, NoteRows
from patients.actions.import_people import PatientRows, hash_of
from patients.actions.import_rows import CREATE, DUPLICATE, ERROR, LINK, UPDATE, Judged, Rows
from patients.importing import cells, files, reading
from patients.importing.columns import label_of
from patients.models import Import, ImportedRow
from practice.folding import fold
from practice.history import keep, keep_all
from practice.models import User

log = logging.getLogger(__name__)
SLICE = 500
SECONDS = 4.0  # of one round; then the worker sends mail and does its other chores
MOST_TWICE = 500  # repeated rows that a dry run remembers; the import itself finds every one
WAYS: dict[str, type[Rows]] = {rows.kind: rows for rows in (PatientRows, ContactRows, AlertRows, NoteRows)}
GONE = "The file is gone. Upload it again."
MAY_NOT = "Who confirmed it may not import any more. Let a manager confirm it again."


def work_on_imports(at: datetime, *, seconds: float = SECONDS) -> int:
    """Slices of whatever import waits longest, for some seconds; how many rows. Any number of workers may do it."""
    done, until = 0, monotonic() + seconds
    while (rows := _next_slice(at)) is not None:
        done += rows
        if monotonic() > until:
            break
    return done


def _next_slice(at: datetime) -> int | None:
    """One slice, whole or not at all. What the database refuses stops that import and says so; nothing is tried again
    for ever."""
    try:
        return work_slice(at)
    except (IntegrityError, ValidationError):
        log.exception("a slice of an import was refused")
        with transaction.atomic():
            if of_import := _waiting():
                last = of_import.next_row + SLICE
                told = f"Rows {of_import.next_row} to {last} could not be written, and none of them was. Try again."
                _stop(of_import, told)
        return 0


@transaction.atomic
def work_slice(at: datetime) -> int | None:
    """The next rows of the import that waits longest, or None when none waits."""
    of_import = _waiting()
    if of_import is None:
        return None
    by = of_import.confirmed_by
    if by is None or not policy.can_import(by):
        return _stop(of_import, MAY_NOT)
    if not files.path_of(of_import.stored_as).is_file():
        return _stop(of_import, GONE)
    how = reading_of(of_import, at)
    if of_import.next_row == 1:
        _look_through(of_import, how)
    records, over = _records(of_import)
    rows = [(r.number, cells.read(r.cells, how)) for r in records if not reading.blank(r.cells)]
    ways = WAYS[of_import.kind](of_import, how, at)
    judged = ways.judge(rows)
    if of_import.status == Import.Status.IMPORTING:
        decide(of_import, judged)
        ways.write(judged, by=by)
    _report(of_import, judged, by=by)
    _move_on(of_import, records, judged, over=over, by=by, at=at)
    return len(records)


def _waiting() -> Import | None:
    rows = Import.objects.at_work().select_related("practice", "confirmed_by")
    return rows.select_for_update(of=("self",), skip_locked=True).order_by("updated_at", "pk").first()


def _stop(of_import: Import, told: str) -> int:
    of_import.status, of_import.problem = Import.Status.STOPPED, told
    keep(of_import, by=of_import.confirmed_by, why="stopped")
    return 0


def reading_of(of_import: Import, at: datetime) -> cells.Reading:
    return cells.Reading(
        kind=of_import.kind,
        mapping={int(index): key for index, key in of_import.mapping.items()},
        order=of_import.date_order,
        country=of_import.practice.country,
        today=of_import.practice.local_date(at),
    )


def records_of(of_import: Import, *, position: int = 0, number: int = 1) -> Iterable[reading.Record]:
    return reading.records(
        files.path_of(of_import.stored_as),
        encoding=of_import.encoding,
        separator=of_import.separator,
        position=position,
        number=number,
    )


def _records(of_import: Import) -> tuple[list[reading.Record], bool]:
    """The slice, and whether the file ends with it. The header is not a row."""
    position, number = int(of_import.position or 0), of_import.next_row
    rows = iter(records_of(of_import, position=position, number=number))
    if number == 1:
        next(rows, None)
    found = list(islice(rows, SLICE))
    return found, len(found) < SLICE


def _look_through(of_import: Import, how: cells.Reading) -> None:
    """Once over the whole file before its first slice: how many rows, and what stands in it more than once. A number or
    a person is remembered by a hash of eight bytes, so that the memory hardly grows with the file."""
    ids, people = _Repeats(), _Repeats()
    total = 0
    for record in islice(records_of(of_import), 1, None):
        if reading.blank(record.cells):
            continue
        total += 1
        row = cells.read(record.cells, how)
        if row.problems:
            continue
        ids.note(row.source_id, record.number, row.digest[:16])
        if of_import.kind == "patients":
            name = fold(f"{row.values['family_name']} {row.values['given_names']}")
            people.note(f"{row.values['date_of_birth']:%Y%m%d}{hash_of(name)}", record.number, "")
    of_import.rows_total = total
    of_import.twice = {
        "ids": ids.found,
        "people": {key: number for key, (number, _) in people.found.items()},
    }


class _Repeats:
    """What comes again, with the row where it stood first and what it was then."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}
        self.found: dict[str, tuple[int, str]] = {}

    def note(self, key: str, number: int, digest: str) -> None:
        short = hash(key)
        if short not in self.first:
            self.first[short] = number
        elif key not in self.found and len(self.found) < MOST_TWICE:
            self.found[key] = (self.first[short], digest)


def decide(of_import: Import, judged: Iterable[Judged]) -> None:
    """What the person said about duplicates and changes, for rows that are written now."""
    for one in judged:
        if one.outcome == DUPLICATE and of_import.duplicates == Import.Duplicates.CREATE and one.record:
            one.outcome = CREATE
        elif one.outcome == DUPLICATE and of_import.duplicates == Import.Duplicates.LINK and one.candidate:
            one.outcome = LINK
        elif one.outcome == UPDATE and not of_import.apply_updates:
            one.outcome = "left"


REPORTED = {DUPLICATE: DUPLICATE, UPDATE: UPDATE, ERROR: ERROR, "left": UPDATE}


def _report(of_import: Import, judged: Sequence[Judged], *, by: User) -> None:
    rows = []
    for one in judged:
        if one.outcome not in REPORTED or (one.outcome == UPDATE and of_import.status == Import.Status.IMPORTING):
            continue
        known = {"record_id": one.candidate or (one.record.pk if one.outcome in (UPDATE, "left") else None)}
        told = [(p.field, p.found, p.message) for p in one.problems] or [("", "", one.told)]
        rows += [
            ImportedRow(practice=of_import.practice, of_import=of_import, run=of_import.run, number=one.number,
                        outcome=REPORTED[one.outcome], column=_column(of_import, key), found=found, message=message,
                        **known)
            for key, found, message in told
        ]  # fmt: skip
    keep_all(rows, by=by, why="reported")


def _column(of_import: Import, key: str) -> str:
    """The column as the file names it; what has none is named by our field."""
    for index, mapped in of_import.mapping.items():
        if mapped == key:
            return str(of_import.header[int(index)] or f"Column {int(index) + 1}")[:120]
    return label_of(of_import.kind, {"phones": "mobile"}.get(key, key)) if key else ""


def _move_on(
    of_import: Import,
    records: Sequence[reading.Record],
    judged: Iterable[Judged],
    *,
    over: bool,
    by: User,
    at: datetime,
) -> None:
    counts = Counter(of_import.counts)
    for one in judged:
        counts[one.outcome] += 1
    of_import.counts = dict(counts)
    if records:
        of_import.position, of_import.next_row = str(records[-1].position), records[-1].number + 1
    if over:
        _finish(of_import, at)
    keep(of_import, by=by, why=f"{of_import.status}, row {of_import.next_row}")


def _finish(of_import: Import, at: datetime) -> None:
    if of_import.status == Import.Status.CHECKING:
        of_import.status = Import.Status.CHECKED
        return
    of_import.status, of_import.finished_at = Import.Status.DONE, at
    if not of_import.keep_file:
        transaction.on_commit(partial(files.drop, of_import.stored_as))
        of_import.stored_as = ""
