"""What hangs on two merged records, and what was written on the one that stands since: the same for every app above,
found by walking the models, so that none is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from patients.models import Merge, Patient
from practice.guards import is_history


@dataclass(frozen=True)
class Trace:
    """Rows of one kind written on the standing record since the merge."""

    kind: str
    count: int
    last_at: datetime


def models_of_patient() -> Iterator[type[models.Model]]:
    """Every model whose rows belong to a patient (a foreign key called `patient`)."""
    for relation in Patient._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and relation.field.name == "patient" and not is_history(model):
            yield model


def written_since(merge: Merge) -> list[Trace]:
    """Until the merge was undone, or until now. They stay with the winner when it is undone."""
    found = []
    for model in models_of_patient():
        rows: Any = model._default_manager.filter(patient=merge.winner_id, created_at__gt=merge.created_at)
        if not merge.is_standing:
            rows = rows.filter(created_at__lte=merge.updated_at)  # nothing changes a merge after it was undone
        told = rows.aggregate(count=models.Count("pk"), last_at=models.Max("created_at"))
        if told["count"]:
            found.append(Trace(str(model._meta.verbose_name_plural), told["count"], told["last_at"]))
    return sorted(found, key=lambda trace: trace.kind)


def rows_of(patient: Patient) -> dict[str, int]:
    """How many rows of each kind a record has by itself, for the side-by-side page."""
    counts = {str(m._meta.verbose_name_plural): m._default_manager.filter(patient=patient.pk).count() for m in models_of_patient()}  # fmt: skip
    return {kind: count for kind, count in sorted(counts.items()) if count}
