"""A day printed at once: ordered by a person, made by the worker a slice at a time, put together when it is opened."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404

from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Clinic, User
from reports import binding, policy
from reports.actions.documents import issue_document, issue_summaries
from reports.drawing.pages import TooTall
from reports.drawing.patient_summary import DoesNotFit
from reports.models import Document, PrintBatch, PrintProblem
from treatments.models import NeedlingSession

log = logging.getLogger(__name__)
MOST = 2_000  # sessions of one order
SLICE = 200  # documents in one round of the worker
VOLUME = 200  # documents in one file for the printer
TOGETHER = 20  # are read and stored together: a kill repeats the drawing of no more than these
LEASE = timedelta(minutes=2)  # much longer than a slice takes


class NothingThatDay(Refused):
    code = "nothing_to_print"
    message = "No signed session of that day fits. Choose another day, clinic or practitioner."


class StillPrinting(Refused):
    code = "still_printing"
    message = "It is not all there yet. The page says how far it is."


@dataclass(frozen=True)
class Progress:
    done: int
    failed: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.failed) // max(self.total, 1)


@dataclass(frozen=True)
class Volume:
    """One file of an order: the documents from `first` to `last`, counted from 1."""

    number: int
    first: int
    last: int


def order_batch(
    *,
    day: date,
    kind: str,
    by: User,
    at: datetime,
    clinic: Clinic | None = None,
    practitioner: User | None = None,
    both_sides: bool = True,
) -> PrintBatch:
    """Fix which signed sessions print, by time of treatment; the worker does the rest. Refuses an empty day."""
    if not policy.can_order(by, kind):
        raise PermissionDenied
    begin = datetime.combine(day, time(), tzinfo=by.practice.zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=by.practice.zone)
    rows = NeedlingSession.objects.visible_to(by).filter(
        status=NeedlingSession.Status.SIGNED, started_at__gte=begin, started_at__lt=end
    )
    rows = rows.filter(clinic=clinic) if clinic else rows
    rows = rows.filter(practitioner=practitioner) if practitioner else rows
    found = [str(pk) for pk in rows.order_by("started_at", "id").values_list("pk", flat=True)[: MOST + 1]]
    if not found:
        raise NothingThatDay
    if len(found) > MOST:
        raise ValidationError({"day": f"More than {MOST} sessions. Choose one clinic or practitioner."})
    batch = PrintBatch(practice=by.practice, day=day, kind=kind, clinic=clinic, practitioner=practitioner,
                       both_sides=both_sides, sessions=found, created_at=at)  # fmt: skip
    return keep(batch, by=by, why="ordered")


def progress_of(batch: PrintBatch) -> Progress:
    done = Document.objects.filter(batch=batch).count()
    return Progress(done, PrintProblem.objects.filter(batch=batch).count(), len(batch.sessions))


@transaction.atomic
def stop_batch(*, pk: UUID, by: User, at: datetime, version: int) -> PrintBatch:
    """No further document is made. What was made stays, and can be printed."""
    batch = lock(PrintBatch.objects.visible_to(by), pk, version=version)
    if not policy.can_order(by, batch.kind):
        raise PermissionDenied
    if batch.is_open:
        batch.stopped_at, batch.leased_until = at, None
        keep(batch, by=by, why="stopped")
    return batch


def print_some(at: datetime) -> int:
    """The worker's chore: the next documents of the oldest open order. Killed in the middle, the next round goes on."""
    batch = _leased(at)
    if batch is None:
        return 0
    waiting = _waiting(batch)
    now = waiting[:SLICE]
    for begin in range(0, len(now), TOGETHER):
        _print_part(batch, now[begin : begin + TOGETHER], at=at)
    _release(batch, finished=len(waiting) <= SLICE, at=at)
    return len(now)


@transaction.atomic
def _leased(at: datetime) -> PrintBatch | None:
    """The oldest open order that no worker is at, leased to this one."""
    rows = PrintBatch.objects.unfinished().filter(Q(leased_until=None) | Q(leased_until__lt=at))
    locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related("practice")
    batch = locked.order_by("created_at", "id").first()
    if batch is None:
        return None
    batch.leased_until = at + LEASE
    return keep(batch, by=batch.created_by, why="printing")


@transaction.atomic
def _release(batch: PrintBatch, *, finished: bool, at: datetime) -> None:
    current = PrintBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    current.leased_until = None
    if finished and current.is_open:
        current.finished_at = at
    keep(current, by=current.created_by, why="printed" if finished else "a part is printed")


def _waiting(batch: PrintBatch) -> list[UUID]:
    """What has neither a document nor a problem in this batch yet, in order."""
    done = {*Document.objects.filter(batch=batch).values_list("session_id", flat=True),
            *PrintProblem.objects.filter(batch=batch).values_list("session_id", flat=True)}  # fmt: skip
    return [pk for pk in map(UUID, batch.sessions) if pk not in done]


def _print_part(batch: PrintBatch, pks: Sequence[UUID], *, at: datetime) -> None:
    """Summaries go through together; what stays over is made alone, which also finds the words for why it cannot be."""
    done: set[UUID] = set()
    if batch.created_by is not None and batch.kind == Document.Kind.PATIENT_SUMMARY:
        done = issue_summaries(session_pks=pks, by=batch.created_by, at=at, batch=batch)
    for pk in pks:
        if pk not in done:
            _print_one(batch, pk, at=at)


def _print_one(batch: PrintBatch, pk: UUID, *, at: datetime) -> None:
    """One document, or why there is none; a second worker that was faster is no problem."""
    by = batch.created_by
    if by is None:
        return
    try:
        issue_document(session_pk=pk, kind=batch.kind, by=by, at=at, batch=batch)
    except (Refused, DoesNotFit, TooTall) as refusal:
        _note(batch, pk, str(refusal) or "It does not fit on its page.", at=at)
    except PermissionDenied:
        _note(batch, pk, "Who ordered it may not issue this any more.", at=at)
    except (ValidationError, IntegrityError):
        if not Document.objects.filter(batch=batch, session=pk).exists():
            raise
    except ValueError:  # a drawing that was not this patient's, or not whole: nothing is stored
        log.exception("a document of a batch was refused by the check at the end")
        _note(batch, pk, "The finished page failed its check and was not stored. Tell your manager.", at=at)


@transaction.atomic
def _note(batch: PrintBatch, pk: UUID, reason: str, *, at: datetime) -> None:
    problem = PrintProblem(practice=batch.practice, batch=batch, session_id=pk, reason=reason[:300], created_at=at)
    keep(problem, by=batch.created_by, why="could not be printed")


def volumes(progress: Progress) -> list[Volume]:
    """The files a finished order is opened as: one, unless it has more documents than one file holds."""
    starts = range(0, progress.done, VOLUME)
    return [
        Volume(number, begin + 1, min(begin + VOLUME, progress.done)) for number, begin in enumerate(starts, start=1)
    ]


def bound(batch: PrintBatch, *, volume: int = 1) -> binding.Bound:
    """One volume of a finished (or stopped) order as a PDF in a temporary file, every page checked again.

    A volume holds at most VOLUME documents, so that neither memory nor waiting grows with the day. Refuses an order that
    is still at work or came to nothing; a volume that is not there is unknown.
    """
    if batch.is_open:
        raise StillPrinting
    order = _in_order(batch)
    if not order:
        raise StillPrinting("Nothing was made, so there is nothing to open.")
    wanted = order[(volume - 1) * VOLUME : volume * VOLUME] if volume > 0 else []
    if not wanted:
        raise Http404
    return binding.bind(_documents(wanted), both_sides=batch.both_sides)


def _in_order(batch: PrintBatch) -> list[UUID]:
    """Its documents in the order of the day."""
    place = {pk: index for index, pk in enumerate(batch.sessions)}
    rows = Document.objects.filter(batch=batch).values_list("pk", "session_id")
    return [pk for pk, session in sorted(rows, key=lambda row: place[str(row[1])])]


def _documents(order: Sequence[UUID]) -> Iterator[binding.Leaf]:
    """With their content, a part at a time, so that many weigh no more than one part."""
    for begin in range(0, len(order), binding.PART):
        part = order[begin : begin + binding.PART]
        found = Document.objects.filter(pk__in=part).select_related("patient").in_bulk()
        yield from (_leaf(found[pk]) for pk in part)


def _leaf(row: Document) -> binding.Leaf:
    who = row.patient
    return binding.Leaf(bytes(row.content), row.pages, row.sha256, who.pk, row.pk, who.full_name, who.record_number)
