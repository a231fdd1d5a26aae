"""What stops when a patient has died: each app above says what it would still send or ask, and takes it back."""

from collections.abc import Callable
from datetime import datetime

from patients.models import Patient
from practice.models import User

BECAUSE = "The patient has died"
Stop = Callable[[Patient, User, datetime], int]
_stops: list[Stop] = []


def register(stop: Stop) -> Stop:
    """An app above takes back what waits for the whole person, in the transaction that records the death, and answers
    how much that was. It runs before the patient's row is locked: rows of the apps above are always locked first."""
    if stop not in _stops:
        _stops.append(stop)
    return stop


def stop_everything(patient: Patient, *, by: User, at: datetime) -> int:
    return sum(stop(patient, by, at) for stop in _stops)
