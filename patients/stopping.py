"""What stops when a patient has died or is archived: each app above says what it would still send or ask, and takes it
back, and whether they still wait here."""

from collections.abc import Callable
from datetime import datetime

from patients.models import Patient
from practice.models import User

BECAUSE = "The patient has died"
BECAUSE_ARCHIVED = "The record was archived"
Stop = Callable[[Patient, User, datetime], int]
End = Callable[[Patient, str, User, datetime], int]
_stops: list[Stop] = []
_ends: list[End] = []


def register(stop: Stop) -> Stop:
    """An app above takes back what waits for the whole person, in the transaction that records the death, and answers
    how much that was. It runs before the patient's row is locked: rows of the apps above are always locked first."""
    if stop not in _stops:
        _stops.append(stop)
    return stop


def stop_everything(patient: Patient, *, by: User, at: datetime) -> int:
    return sum(stop(patient, by, at) for stop in _stops)


def register_end(end: End) -> End:
    """An app above ends a visit of the whole person that has only begun, with the reason. It runs once the patient's row
    is locked, as whoever marks a visit locks that row first: none can begin in the same moment."""
    if end not in _ends:
        _ends.append(end)
    return end


def end_visits(patient: Patient, because: str, *, by: User, at: datetime) -> int:
    return sum(end(patient, because, by, at) for end in _ends)
