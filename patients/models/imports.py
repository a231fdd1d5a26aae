"""A file from another system on its way in: what it is, how far it is, what became of its rows."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from patients.importing.columns import KINDS
from patients.importing.days import ORDERS
from patients.importing.reading import ENCODINGS, SEPARATORS
from patients.models.people import OfPatientQuerySet, Patient
from practice.models import AppendOnly, Record, TenantQuerySet, User, no_nul


class ImportQuerySet(TenantQuerySet["Import"]):
    def at_work(self) -> ImportQuerySet:
        return self.filter(status__in=(Import.Status.CHECKING, Import.Status.IMPORTING))


class Import(Record):
    """One uploaded file. `position` is where the next slice begins: it moves in the transaction of the slice's rows, so
    that a worker killed at any moment leaves a whole slice or none."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Columns to confirm"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, not imported yet"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        STOPPED = "stopped", "Stopped"

    class Duplicates(models.TextChoices):
        LEAVE = "leave", "Leave them out"
        LINK = "link", "Take them for the patient who is here already"
        CREATE = "create", "Register them as new patients"

    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    file_name = models.CharField(max_length=120, blank=True, validators=[no_nul])
    source = models.CharField(max_length=40, blank=True, validators=[no_nul])  # which system: source ids are its own
    stored_as = models.CharField(max_length=64, blank=True, editable=False)  # empty once the file is gone
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(editable=False)
    encoding = models.CharField(max_length=10, choices=list(ENCODINGS.items()))
    separator = models.CharField(max_length=1, choices=list(SEPARATORS.items()))
    date_order = models.CharField(max_length=5, choices=list(ORDERS.items()), blank=True)
    header = models.JSONField(editable=False)
    header_digest = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(default=dict, blank=True)  # column index as text -> field
    status = models.CharField(max_length=9, choices=Status, default=Status.UPLOADED, editable=False)
    rows_total = models.PositiveIntegerField(default=0, editable=False)
    run = models.PositiveSmallIntegerField(default=0, editable=False, validators=[MaxValueValidator(1000)])
    position = models.CharField(max_length=60, blank=True, editable=False)  # of the text file: opaque, large numbers
    next_row = models.PositiveIntegerField(default=1, editable=False)
    counts = models.JSONField(default=dict, editable=False)  # of the run: outcome -> rows
    twice = models.JSONField(default=dict, editable=False)  # what stands in the file more than once -> first row
    duplicates = models.CharField(max_length=6, choices=Duplicates, default=Duplicates.LEAVE)
    apply_updates = models.BooleanField(default=False)
    keep_file = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )  # who said how to read it and that it may be written: the rows carry their name
    problem = models.CharField(max_length=300, blank=True, editable=False)  # why it stopped
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["practice", "-created_at"], name="import_by_day"),
            models.Index(fields=["practice", "kind", "header_digest"], name="import_by_header"),
            models.Index(fields=["status"], condition=Q(status__in=("checking", "importing")), name="import_at_work"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%d %b %Y}"

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.CHECKING, self.Status.IMPORTING)

    @property
    def rows_done(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        return min(100 * self.rows_done // self.rows_total, 100) if self.rows_total else 0


class ImportedRow(AppendOnly):
    """A row of a file that a person has to know about: what is wrong, who it may already be, what would change.

    Rows that were simply registered leave none. It never carries the cell's text, only what kind of thing it was.
    """

    class Outcome(models.TextChoices):
        ERROR = "error", "Not imported"
        DUPLICATE = "duplicate", "May be somebody already here"
        UPDATE = "update", "Changed since the last import"

    of_import = models.ForeignKey(Import, models.PROTECT, related_name="rows")
    run = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    column = models.CharField(max_length=120, blank=True)
    found = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=300)
    record_id = models.UUIDField(null=True, blank=True)  # of the patient or other row that is spoken of

    objects = TenantQuerySet["ImportedRow"].as_manager()

    class Meta:
        ordering = ("number", "id")
        indexes = [models.Index(fields=["of_import", "run", "outcome", "number"], name="imported_row_by_outcome")]

    def __str__(self) -> str:
        return f"Row {self.number}"


class SourceKey(AppendOnly):
    """Which row here came from which row there. The newest revision says what was last taken from the other system."""

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    source_id = models.CharField(max_length=120)
    revision = models.PositiveIntegerField(default=1)
    record_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    of_import = models.ForeignKey(Import, models.PROTECT, related_name="+")

    objects = TenantQuerySet["SourceKey"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "source", "kind", "source_id", "revision"], name="source_key_once_per_revision"
            )
        ]
        indexes = [models.Index(fields=["practice", "kind", "record_id"], name="source_key_by_record")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.source_id}"


class HistoricalNoteQuerySet(OfPatientQuerySet["HistoricalNote"]):
    def current(self) -> HistoricalNoteQuerySet:
        """Without those that a later import replaced."""
        return self.filter(replaced_by=None)


class HistoricalNote(AppendOnly):
    """A note written in another system, as it was taken over: to read, never to change. No session of ours.

    What the other system changed later comes as a new note that replaces this one; both stay.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="historical_notes")
    written_on = models.DateField()
    author = models.CharField(max_length=120, blank=True, validators=[no_nul])
    title = models.CharField(max_length=200, blank=True, validators=[no_nul])
    text = models.TextField(max_length=100_000, validators=[no_nul])
    source = models.CharField(max_length=40, blank=True, validators=[no_nul])
    of_import = models.ForeignKey(Import, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True, blank=True)

    objects = HistoricalNoteQuerySet.as_manager()

    class Meta:
        ordering = ("-written_on", "-id")
        indexes = [models.Index(fields=["patient", "-written_on"], name="historical_note_by_day")]

    def __str__(self) -> str:
        return self.title or f"Note of {self.written_on:%d %b %Y}"
