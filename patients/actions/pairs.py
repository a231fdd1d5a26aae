"""Pairs that may be one person: found by the worker or at registration, decided by somebody, remembered for good."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from patients import policy
from patients.duplicates import Candidate
from patients.likeness import compare, pair_fingerprint, person
from patients.models import DuplicatePair, Patient
from practice.errors import Refused
from practice.history import keep, keep_all, lock
from practice.models import User

State = DuplicatePair.State


class NotWaiting(Refused):
    code = "not_waiting"
    message = "Somebody has decided about these two already."


def say_different(patient: Patient, candidates: Sequence[Candidate], *, by: User, at: datetime) -> None:
    """Somebody registered `patient` although these were shown: not proposed again while both say the same."""
    rows = [
        _pair(patient, candidate.patient, decided_by=by, decided_at=at, state=State.DIFFERENT, at_registration=True)
        for candidate in candidates
    ]
    keep_all(rows, by=by, why="registered all the same")


@transaction.atomic
def dismiss_pair(*, pk: UUID, by: User, at: datetime, version: int) -> DuplicatePair:
    """Not the same person: gone from the list, with who said it and when, until one of the two records changes."""
    rows = DuplicatePair.objects.visible_to(by).select_related("practice", "first", "second")
    pair = lock(rows, pk, version=version)
    if not policy.can_write(by):
        raise PermissionDenied
    if pair.state != State.OPEN:
        raise NotWaiting
    pair.state, pair.decided_at, pair.decided_by = State.DIFFERENT, at, by
    pair.fingerprint = pair_fingerprint(person(pair.first), person(pair.second))
    return keep(pair, by=by, why="not the same person")


@transaction.atomic
def propose(*, found: Iterable[tuple[Patient, Patient]]) -> int:
    """Puts likely pairs on the list (the worker does). A pair that somebody decided about comes back only when what
    was compared has changed since. Says how many are new on the list."""
    wanted = {pair.first_id.hex + pair.second_id.hex: pair for pair in (_pair(a, b) for a, b in found)}
    known = {
        pair.first_id.hex + pair.second_id.hex: pair
        for pair in DuplicatePair.objects.filter(
            first__in={p.first_id for p in wanted.values()}, second__in={p.second_id for p in wanted.values()}
        ).select_related("practice", "first", "second")
    }
    new = [pair for key, pair in wanted.items() if key not in known]
    keep_all(new, by=None, why="found by the program")
    back = [_again(known[key], pair) for key, pair in wanted.items() if key in known and _differs(known[key], pair)]
    keep_all(back, by=None, why="one of the two changed")
    return len(new) + len(back)


def _pair(one: Patient, other: Patient, **more: object) -> DuplicatePair:
    first, second = sorted((one, other), key=lambda patient: patient.pk)
    a, b = person(first), person(second)
    found = compare(a, b)
    return DuplicatePair(practice_id=first.practice_id, first=first, second=second, score=found.score, reason=found.reason[:250],
                         fingerprint=pair_fingerprint(a, b), **more)  # fmt: skip


def _differs(known: DuplicatePair, now: DuplicatePair) -> bool:
    return known.fingerprint != now.fingerprint


def _again(known: DuplicatePair, now: DuplicatePair) -> DuplicatePair:
    known.state, known.decided_at, known.decided_by, known.at_registration = State.OPEN, None, None, False
    known.score, known.reason, known.fingerprint = now.score, now.reason, now.fingerprint
    return known


def say_not_one(one: Patient, other: Patient, *, by: User, at: datetime) -> None:
    """A merge was undone: the two are not proposed again while both say the same."""
    pair = DuplicatePair.objects.of_both(one, other).select_related("practice", "first", "second").first()
    now = _pair(one, other, decided_by=by, decided_at=at, state=State.DIFFERENT)
    if pair is None:
        keep(now, by=by, why="merge undone")
        return
    pair.state, pair.decided_at, pair.decided_by, pair.fingerprint = State.DIFFERENT, at, by, now.fingerprint
    keep(pair, by=by, why="merge undone")
