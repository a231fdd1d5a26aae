"""Two records of one person become one, and two again: no row moves, so that undoing it is exact (docs/adr/0005)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import merging, policy, summaries
from patients.actions.pairs import say_not_one
from patients.models import Merge, Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User


class OneRecord(Refused):
    code = "one_record"
    message = "These are one and the same record. Choose another one."


class AlreadyMerged(Refused):
    code = "already_merged"
    message = "One of the two was merged in the meantime. Open the record that stands, and look again."


class ChangedSince(Refused):
    code = "stale"
    message = "One of the two records was changed since you compared them. Look at both again."


class AlreadyUndone(Refused):
    code = "already_undone"
    message = "This merge was undone already."


class LaterMerge(Refused):
    code = "later_merge"
    message = "The record was merged again after this. Undo the later merge first."


@transaction.atomic
def merge_patients(
    *, winner: UUID, loser: UUID, take: Sequence[str] = (), reason: str = "", by: User, at: datetime,
    versions: tuple[int, int] | None = None,
) -> Merge:  # fmt: skip
    """The loser leads to the winner from now on. `take` names what the winner takes over (merging.CHOICES); phones and
    former names are combined. `versions` (winner, loser) are those the person compared."""
    if winner == loser:
        raise OneRecord
    stands, goes = _both(winner, loser, by)
    if not (policy.can_merge(by, stands) and policy.can_merge(by, goes)):
        raise PermissionDenied
    if stands.merged_into_id or goes.merged_into_id:
        raise AlreadyMerged
    for record, seen in zip((stands, goes), versions or (), strict=False):
        if record.version != seen:
            raise ChangedSince
    _known(take)
    brought = _merged_into(goes)
    merge = Merge(practice=stands.practice, winner=stands, loser=goes, at=at, reason=reason.strip(),
                  brought=[str(record.pk) for record in brought])  # fmt: skip
    merge.taken = _take_over(stands, merging.taken_over(stands, goes, take))
    for record in (goes, *brought):
        record.merged_into = stands
        keep(record, by=by, why=f"merged into No. {stands.record_number:06d}")
    keep(stands, by=by, why=f"merged with No. {goes.record_number:06d}")
    keep(merge, by=by, why="merged")
    _sum_up(stands, by=by)
    return merge


@transaction.atomic
def undo_merge(*, pk: UUID, by: User, at: datetime, version: int | None = None) -> Merge:
    """Two records again, each with its own rows. The winner gives back what it took, except what somebody changed
    since: that stays, and stands in `stayed`. Rows written on the winner meanwhile stay there."""
    merge = lock(Merge.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_merge(by, merge):
        raise PermissionDenied
    if merge.undone_at is not None:
        raise AlreadyUndone
    stands, goes = _both(merge.winner_id, merge.loser_id, by)
    if Merge.objects.standing().filter(pk__gt=merge.pk, winner=stands).exists() or stands.merged_into_id:
        raise LaterMerge
    merge.stayed = _give_back(stands, merge.taken)
    merge.undone_at, merge.undone_by = at, by
    keep(merge, by=by, why="merge undone")
    keep(stands, by=by, why=f"no longer merged with No. {goes.record_number:06d}")
    goes.merged_into = None
    keep(goes, by=by, why=f"no longer merged into No. {stands.record_number:06d}")
    for record in _merged_into(stands):
        if str(record.pk) in merge.brought:
            record.merged_into = goes
            keep(record, by=by, why=f"merged into No. {goes.record_number:06d} again")
    _sum_up(stands, by=by)
    _sum_up(goes, by=by)
    say_not_one(stands, goes, by=by, at=at)
    return merge


def _both(winner: UUID, loser: UUID, by: User) -> tuple[Patient, Patient]:
    """Both rows, locked in one order for everybody, so that two merges at once wait for each other."""
    rows = Patient.objects.visible_to(by).select_related("practice").filter(pk__in=[winner, loser])
    found = {record.pk: record for record in rows.select_for_update(of=("self",)).order_by("pk")}
    if len(found) != 2:
        raise PermissionDenied
    return found[winner], found[loser]


def _merged_into(patient: Patient) -> list[Patient]:
    rows = Patient.objects.filter(merged_into=patient.pk).select_related("practice")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _known(take: Iterable[str]) -> None:
    if unknown := sorted(set(take) - merging.CHOICES.keys()):
        raise ValidationError({"take": f"There is no field called {unknown[0][:60]}."})


def _take_over(winner: Patient, changes: dict[str, Any]) -> dict[str, Any]:
    """Sets the changes; answers what each field said before and after, as JSON holds it."""
    taken = {}
    for field, value in changes.items():
        taken[field] = [_plain(getattr(winner, field)), _plain(value)]
        setattr(winner, field, value)
    return taken


def _give_back(winner: Patient, taken: dict[str, Any]) -> dict[str, Any]:
    stayed = {}
    for field, (before, after) in taken.items():
        now = _plain(getattr(winner, field))
        if now == after:
            column: Any = Patient._meta.get_field(field)
            setattr(winner, field, column.to_python(before))
        else:
            stayed[field] = now
    return stayed


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def _sum_up(patient: Patient, *, by: User) -> None:
    """The summary columns stand on every record of the person, so that a row left on a merged one reads the same."""
    for record in (patient, *_merged_into(patient)):
        if summaries.count_anew(record):
            keep(record, by=by, why="counted anew")
