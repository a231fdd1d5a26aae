"""What a record consists of: every row of every app that hangs on the person, found by walking the models."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Max, OuterRef, Subquery

from patients import retention
from patients.merge_traces import models_of_patient
from patients.models import HistoricalNote, ImportedRow, LegalHold, Patient, SourceKey, whole_patient_ids
from patients.retention import Keeping
from practice.guards import is_history
from practice.models import OutgoingEmail, Practice

Rows = dict[type[models.Model], list[Any]]
_files: dict[type[models.Model], Callable[[str], None]] = {}


def register_files(model: type[models.Model], drop: Callable[[str], None]) -> None:
    """An app above keeps files beside rows of this model, named in `stored_as`: how one is dropped."""
    _files[model] = drop


def keeps_files(model: type[models.Model]) -> bool:
    return model in _files


def keeping_of(patient: Patient) -> Keeping:
    """Until when the whole person's record is kept, counted from its newest entry."""
    whole = patient.whole
    return kept_until(whole, last_entries([whole.pk])[whole.pk], practice=whole.practice)


def kept_until(whole: Patient, entry: datetime, *, practice: Practice) -> Keeping:
    last = practice.local_date(entry)
    return retention.keeping(born=whole.date_of_birth, last_entry_on=last, country=practice.country)


def last_entries(wholes: Collection[UUID]) -> dict[UUID, datetime]:
    """When something was last written about each of these persons, in one query however many they are."""
    newest = {
        f"newest_{model._meta.model_name}": Subquery(
            model._default_manager.filter(patient=OuterRef("pk")).order_by().values("patient")
            .annotate(newest=Max("created_at")).values("newest")
        )
        for model in models_with_entries()
    }  # fmt: skip
    records = Patient.objects.filter(models.Q(pk__in=wholes) | models.Q(merged_into__in=wholes)).annotate(**newest)
    found: dict[UUID, datetime] = {}
    for row in records.order_by().values("pk", "merged_into", "created_at", "last_session_at", *newest):
        whole = row.pop("merged_into") or row["pk"]
        del row["pk"]
        found[whole] = max(moment for moment in (*row.values(), found.get(whole)) if moment)
    return found


def models_with_entries() -> Iterator[type[models.Model]]:
    """Whose rows count as something written about a person. Notes of another system are older than their import."""
    for model in models_of_patient():
        names = {field.name for field in model._meta.concrete_fields}
        if model not in (LegalHold, HistoricalNote) and "created_at" in names:
            yield model


def everything_of(patient: Patient) -> Rows:
    """Every row that hangs on any record of the person, whatever app it is of, with mail about them and the keys of
    imports. Rows they share with others (contacts, practice, staff, texts) are pointed at, and stay."""
    found: dict[type[models.Model], set[Any]] = defaultdict(set)
    ids = whole_patient_ids(patient)
    mails = OutgoingEmail.objects.filter(practice=patient.practice_id, about__patient__in=[str(pk) for pk in ids])
    fresh: Rows = {Patient: list(ids), OutgoingEmail: list(mails.values_list("pk", flat=True))}
    while fresh:
        later: dict[type[models.Model], set[Any]] = defaultdict(set)
        for model, keys in fresh.items():
            found[model] |= set(keys)
            for child, field in _children(model):
                hanging = child._base_manager.filter(**{f"{field}__in": keys}).values_list("pk", flat=True)
                later[child] |= set(hanging) - found[child]
        fresh = {model: list(keys - found[model]) for model, keys in later.items() if keys - found[model]}
    every = {key for keys in found.values() for key in keys}
    for spoken_of in (SourceKey, ImportedRow):
        rows = spoken_of.objects.filter(practice=patient.practice_id, record_id__in=every)
        found[spoken_of] = set(rows.values_list("pk", flat=True))
    return {model: sorted(keys, key=str) for model, keys in found.items() if keys}


def _children(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and not is_history(relation.related_model):
            yield relation.related_model, relation.field.name


def digest_of(rows: Rows) -> str:
    """SHA-256 over every value of every row, tables and rows in order."""
    lines = (
        json.dumps([model._meta.db_table, values], default=_plain, sort_keys=True).encode()
        for model in sorted(rows, key=lambda m: m._meta.db_table)
        for values in model._base_manager.filter(pk__in=rows[model]).order_by("pk").values()
    )
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, date) else str(value)


def files_of(rows: Rows) -> list[Callable[[], None]]:
    """What drops the files of these rows, to be run once the rows are gone for certain."""
    drops: list[Callable[[], None]] = []
    for model, drop in _files.items():
        names: Iterable[str] = model._base_manager.filter(pk__in=rows.get(model, ())).values_list(
            "stored_as", flat=True
        )
        drops += [_dropping(drop, name) for name in names if name]
    return drops


def _dropping(drop: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: drop(name)
