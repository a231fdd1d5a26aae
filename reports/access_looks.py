"""The access log as a person reads it: who looked at whose record on which day, and what of it is worth a question.

Entries of one person about one patient on one day are one look. A period is read as a whole, newest first, in a number of
queries that does not grow with it; a period with more entries than `MOST` says that it was cut.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from patients.merge_traces import models_of_patient
from patients.models import Attachment, Patient
from practice.models import AccessEntry, Practice, User
from reports import policy
from reports.models import AccessReview, RecordRequest
from reports.unusual_access import AFTER, BEFORE, Opened, Viewer, reasons
from treatments.models import NeedlingSession

MOST = 5000
# When something happened with a patient, whatever the model: a visit, an arrival, a call, a task, an answer, a consent.
HAPPENED = ("started_at", "arrived_at", "opened_at", "due_at", "answered_at", "given_at", "taken_at", "onset_at")
RECEIVED = (RecordRequest, Attachment)  # what came in counts from the day it was written down


def events() -> list[tuple[type[models.Model], str]]:
    """Every model and column that may explain an opening; found by walking the models, so that none is forgotten."""
    found: list[tuple[type[models.Model], str]] = [(model, "created_at") for model in RECEIVED]
    for model in models_of_patient():
        names = {field.name for field in model._meta.concrete_fields}
        found += [(model, name) for name in HAPPENED if name in names]
    return found


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the log; days are the practice's, both included."""

    first: date
    last: date
    person: User | None = None
    patient: Patient | None = None
    unusual: bool = False


@dataclass
class Look:
    """What one person opened of one patient on one day."""

    person: User
    patient: Patient | None  # none: the whole practice (an export), or a record that was destroyed since
    day: date
    entries: list[AccessEntry] = field(default_factory=list)  # newest first
    reasons: dict[str, str] = field(default_factory=dict)
    reviews: list[AccessReview] = field(default_factory=list)

    @property
    def pk(self) -> UUID:
        return self.entries[0].pk

    @property
    def is_of_the_practice(self) -> bool:
        """An opening of everything is written down under the practice itself."""
        return self.entries[0].patient_id == self.entries[0].practice_id

    @property
    def first_at(self) -> datetime:
        return self.entries[-1].created_at

    @property
    def last_at(self) -> datetime:
        return self.entries[0].created_at

    @property
    def is_reviewed(self) -> bool:
        """Somebody looked into it, and it was not opened again since."""
        return bool(self.reviews) and self.reviews[0].created_at >= self.last_at

    @property
    def what(self) -> list[str]:
        """Each kind of record with what was done with it, in words, once."""
        return list(dict.fromkeys(entry.in_words for entry in reversed(self.entries)))


@dataclass(frozen=True)
class Looks:
    rows: list[Look]
    was_cut: bool


def looks(asked: Asked, *, viewer: User, now: datetime) -> Looks:
    """The looks of a period that this person may see, newest first."""
    entries = list(_entries(asked, viewer)[: MOST + 1])
    people = _people_of({entry.patient_id for entry in entries}, viewer.practice)
    rows = _looks_of(entries[:MOST], people, viewer.practice)
    events = _events_near(rows, people) if rows else {}
    for row in rows:
        row.reasons = _reasons(row, events, now)
    _put_reviews(rows, viewer)
    kept = [row for row in rows if row.reasons] if asked.unusual else rows
    return Looks(kept, was_cut=len(entries) > MOST)


def look_of(entry: AccessEntry, *, viewer: User, now: datetime) -> Look | None:
    """The look that an entry belongs to."""
    day = viewer.practice.local_date(entry.created_at)
    patient = Patient.objects.visible_to(viewer).led(entry.patient_id)
    found = looks(Asked(day, day, person=entry.created_by, patient=patient), viewer=viewer, now=now)
    return next((row for row in found.rows if entry in row.entries), None)


def _entries(asked: Asked, viewer: User) -> Any:
    start, end = moments(asked.first, asked.last, viewer.practice)
    rows = AccessEntry.objects.visible_to(viewer).filter(created_at__gte=start, created_at__lt=end)
    if asked.person:
        rows = rows.filter(created_by=asked.person)
    if asked.patient:
        rows = rows.filter(patient_id__in=_records_of(asked.patient))
    if not policy.can_read_whole_access_log(viewer):
        rows = rows.filter(patient_id__in=treated_by(viewer))
    return rows.select_related("created_by").order_by("-created_at", "-id")


def moments(first: date, last: date, practice: Practice) -> tuple[datetime, datetime]:
    """From the first moment of a day to the first one after another, where the practice is."""
    start = datetime.combine(first, time.min, practice.zone)
    return start, datetime.combine(last + timedelta(days=1), time.min, practice.zone)


def _records_of(patient: Patient) -> Any:
    whole = patient.whole_id
    return Patient.objects.filter(Q(pk=whole) | Q(merged_into=whole)).values("pk")


def treated_by(user: User) -> Any:
    """Every record of those whom this person treats, merged ones too."""
    treated = NeedlingSession.objects.visible_to(user).filter(practitioner=user).values("patient")
    wholes = Patient.objects.filter(pk__in=treated, merged_into__isnull=False).values("merged_into")
    of_them = Q(pk__in=treated) | Q(merged_into__in=treated) | Q(pk__in=wholes) | Q(merged_into__in=wholes)
    return Patient.objects.visible_to(user).filter(of_them).values("pk")


def _people_of(ids: Iterable[UUID], practice: Practice) -> dict[UUID, Patient]:
    """Every record of the patients that were opened, by its id."""
    opened = list(Patient.objects.filter(practice=practice, pk__in=ids).select_related("merged_into"))
    wholes = {patient.whole_id for patient in opened}
    rows = Patient.objects.filter(practice=practice).filter(Q(pk__in=wholes) | Q(merged_into__in=wholes))
    return {patient.pk: patient for patient in rows.select_related("merged_into")}


def _looks_of(entries: Sequence[AccessEntry], people: dict[UUID, Patient], practice: Practice) -> list[Look]:
    found: dict[tuple[UUID | None, UUID, date], Look] = {}
    for entry in entries:
        patient = people.get(entry.patient_id)
        whole = patient.whole if patient else None
        day = practice.local_date(entry.created_at)
        key = (entry.created_by_id, whole.pk if whole else entry.patient_id, day)
        if key not in found:
            assert entry.created_by is not None  # whoever opens a record is signed in
            found[key] = Look(entry.created_by, whole, day)
        found[key].entries.append(entry)
    return list(found.values())


def _events_near(rows: Sequence[Look], people: dict[UUID, Patient]) -> dict[UUID, list[datetime]]:
    """When something happened with these patients (the whole person), sorted; all in one query."""
    start = min(row.first_at for row in rows) - BEFORE
    end = max(row.last_at for row in rows) + AFTER
    first, *others = [
        model._default_manager.order_by()
        .filter(patient__in=list(people), **{f"{column}__gte": start, f"{column}__lte": end})
        .values_list("patient_id", column)
        for model, column in events()
    ]
    found = defaultdict(list)
    for pk, at in first.union(*others, all=True):
        found[people[pk].whole_id].append(at)
    return {pk: sorted(times) for pk, times in found.items()}


def _reasons(row: Look, events: dict[UUID, list[datetime]], now: datetime) -> dict[str, str]:
    patient, role = row.patient, row.person.role
    if patient is None:
        return {}
    who = Viewer(row.person.full_name, row.person.email, role in (User.Role.PRACTITIONER, User.Role.FRONT_DESK))
    families = (patient.family_name, *patient.former_names)
    whose = Opened(patient.given_names, families, patient.email, events.get(patient.pk, []), patient.created_at)
    return reasons(who, whose, at=row.first_at, now=now)


def _put_reviews(rows: Sequence[Look], viewer: User) -> None:
    """What was found when somebody looked into it, newest first."""
    of_entry = {entry.pk: row for row in rows for entry in row.entries}
    reviews = AccessReview.objects.visible_to(viewer).filter(entry__in=list(of_entry)).select_related("created_by")
    for review in reviews:
        of_entry[review.entry_id].reviews.append(review)
