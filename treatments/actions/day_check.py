"""The end of a day, checked: no needle stays in anybody unnoticed."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep
from practice.models import User
from treatments import policy
from treatments.models import DayCheck
from treatments.needles_in import still_in, unsigned_of


@transaction.atomic
def check_day(*, on: date, looked: bool, note: str, by: User, at: datetime) -> DayCheck:
    """Somebody has looked at the rooms and the tables. With needles still in, the check is kept only with what is known
    of them; a day to come is refused, and so is a check without the look."""
    if not policy.can_check_the_day(by):
        raise PermissionDenied
    left = sum(row.left for row in still_in(by, at=at))
    problems = {}
    if on > by.practice.local_date(at):
        problems["on"] = "This day has not ended yet. Choose today or a day before."
    if not looked:
        problems["looked"] = "Look at every table, floor and bin first, then tick this."
    if left and not note.strip():
        known = "needle is" if left == 1 else "needles are"
        problems["note"] = f"{left} {known} still in by the records. Count them out, or write what is known of them."
    if problems:
        raise ValidationError(problems)
    unsigned = unsigned_of(by, on).count()
    check = DayCheck(practice=by.practice, on=on, needles_in=left, unsigned=unsigned, note=note.strip(), created_at=at)
    return keep(check, by=by, why="day checked")
