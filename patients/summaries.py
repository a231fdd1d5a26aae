"""What a patient's row sums up of the apps above (the last session and who held it, open events), counted anew when records of one
person are put together or taken apart again."""

from collections.abc import Callable, Mapping
from typing import Any

from patients.models import Patient

Count = Callable[[Patient], Mapping[str, Any]]
_counts: list[Count] = []


def register(count: Count) -> Count:
    """An app above says what it sums up: columns of the patient, counted over the whole person (`of_patient`)."""
    if count not in _counts:
        _counts.append(count)
    return count


def count_anew(patient: Patient) -> bool:
    """Sets the summary columns as the apps above count them now; says whether one of them changed."""
    changed = False
    for count in _counts:
        for column, value in count(patient).items():
            if getattr(patient, column) != value:
                setattr(patient, column, value)
                changed = True
    return changed
