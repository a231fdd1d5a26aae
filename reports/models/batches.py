"""Printing a day at once: what was asked for, and which sessions could not be printed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from practice.models import AppendOnly, Clinic, Record, TenantQuerySet, User
from treatments.models import NeedlingSession


class PrintBatchQuerySet(TenantQuerySet["PrintBatch"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None, stopped_at=None)


class PrintBatch(Record):
    """One order: the documents of one kind of the signed sessions of a day.

    The sessions are fixed when it is ordered. A session is done when there is a document of this batch for it (or a
    `PrintProblem`): so nothing has to be remembered beside the documents, and a worker that is killed loses nothing.
    """

    class Kind(models.TextChoices):
        PATIENT_SUMMARY = "patient_summary", "Patient summary"
        CLINICAL_RECORD = "clinical_record", "Clinical record"

    day = models.DateField()
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="+")
    practitioner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    both_sides = models.BooleanField(
        default=True
    )  # a blank page ends a document of odd pages: nobody's back is another's
    sessions = models.JSONField(editable=False)  # ids, in the order they print
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)  # a worker is at it
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PrintBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["practice", "-created_at"], name="batch_by_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(stopped_at=None), name="batch_is_finished_or_stopped"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.day:%d %b %Y}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None and self.stopped_at is None


class PrintProblem(AppendOnly):
    """A session of a batch that could not be printed, with the reason for the person who ordered it."""

    batch = models.ForeignKey(PrintBatch, models.PROTECT, related_name="problems")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    objects = TenantQuerySet["PrintProblem"].as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [models.UniqueConstraint(fields=["batch", "session"], name="print_problem_once")]

    def __str__(self) -> str:
        return self.reason
