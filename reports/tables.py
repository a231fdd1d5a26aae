"""Every table of a practice as CSV: which ones, their columns, and what each column means.

All tenant tables are found by walking the models, so that a new one is in the export from its first day. Secrets and
the bytes of files are left out of the tables: files stand beside them under the row's id.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from practice import csv_writing
from practice.guards import is_history
from practice.models import Practice, Token, User, tenant_models

STACK = ("reports", "treatments", "consent", "patients", "practice")
SECRET = {"password", "digest", "token_digest", "secret", "search_key"}
NOT_EXPORTED = {Token}  # they open this system, and mean nothing in another
AT_ONCE = 2000
COLUMN_HEADER = ("Table", "Column", "Type", "Points to", "Values")


def tables() -> list[type[models.Model]]:
    """Newest layer first: what a row points to is read after it, so that nothing it needs can be missing."""
    own = [m for m in tenant_models() if m not in NOT_EXPORTED and not is_history(m)]
    return sorted([*own, User, Practice], key=lambda m: (STACK.index(m._meta.app_label), m is Practice, m.__name__))


def histories() -> list[type[models.Model]]:
    """The earlier states of every row that can be changed."""
    return [m.history.model for m in tables() if hasattr(m, "history")]


def name_of(model: type[models.Model]) -> str:
    folder = "history" if is_history(model) else "tables"
    return f"{folder}/{model._meta.db_table}.csv"


def columns_of(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in SECRET and not isinstance(field, models.BinaryField)
    ]


def rows_of(model: type[models.Model], practice: Practice) -> models.QuerySet[Any]:
    """All rows of the practice, whoever asks: who may export was decided before."""
    rows = model._default_manager.order_by("pk")
    if model is Practice:
        return rows.filter(pk=practice.pk)
    if is_history(model) and not hasattr(model, "practice_id"):
        return rows.filter(id=practice.pk)
    return rows.filter(practice_id=practice.pk)


class Counted:
    """The lines of a table as they are read, a piece at a time, and how many there were."""

    def __init__(self, rows: models.QuerySet[Any], model: type[models.Model]) -> None:
        self.rows, self.model, self.count = rows, model, 0

    def lines(self) -> Iterator[bytes]:
        columns = columns_of(self.model)
        return csv_writing.lines([c.column for c in columns], self._cells([c.attname for c in columns]))

    def _cells(self, names: list[str]) -> Iterator[list[Any]]:
        for row in self.rows.values_list(*names).iterator(chunk_size=AT_ONCE):
            self.count += 1
            yield [cell(value) for value in row]


def cell(value: Any) -> Any:
    """A value as text that any program reads: ISO 8601 in UTC, JSON for lists, true and false, empty for none."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def described(models_: list[type[models.Model]]) -> Iterator[tuple[str, str, str, str, str]]:
    """What stands in which column, for whoever reads the export years later."""
    for model in models_:
        for field in columns_of(model):
            target = field.related_model._meta.db_table if isinstance(field.related_model, type) else ""
            values = ", ".join(f"{key} ({label})" for key, label in field.flatchoices if key)
            yield model._meta.db_table, field.column, field.get_internal_type(), target, values


def of_patient(model: type[models.Model], ids: list[UUID]) -> models.QuerySet[Any] | None:
    """The rows of one person in a table, or None for a table that is not about patients."""
    from patients.models import Patient

    if model is Patient:
        return model._default_manager.filter(pk__in=ids).order_by("pk")
    paths = {"patient": "patient", "session": "session__patient", "consent": "consent__patient"}
    names = {f.name for f in model._meta.concrete_fields if f.is_relation}
    path = next((paths[name] for name in paths if name in names), None)
    return model._default_manager.filter(Q(**{f"{path}__in": ids})).order_by("pk") if path else None
