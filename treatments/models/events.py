"""Adverse events and incidents: what went wrong, who was told, what came of it. Never deleted."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import Record, User, no_nul
from treatments.models.session import NeedlingSession


class AdverseEventQuerySet(OfPatientQuerySet["AdverseEvent"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)

    def to_review(self) -> Self:
        """What the manager has not looked at: opened by the record itself, or more than mild."""
        return self.filter(reviewed_at=None).filter(~Q(severity="mild") | ~Q(origin=""))


class AdverseEvent(Record):
    """One event. A staff member's needlestick may have no patient; an incident that the record opened names its `origin`:
    the ledger (lost, broken) or the finding that was signed against."""

    class Severity(models.TextChoices):
        MILD = "mild", "Mild"
        SIGNIFICANT = "significant", "Significant"
        SERIOUS = "serious", "Serious"

    class NoticedBy(models.TextChoices):
        PATIENT = "patient", "Patient"
        PRACTITIONER = "practitioner", "Practitioner"
        STAFF = "staff", "Other staff"
        OTHER = "other", "Somebody else"

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="adverse_events")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, null=True, blank=True, related_name="adverse_events")
    kind = models.CharField(max_length=40)
    severity = models.CharField(max_length=11, choices=Severity)
    onset_at = models.DateTimeField()
    noticed_by = models.CharField(max_length=12, choices=NoticedBy, blank=True)
    description = models.TextField(max_length=4000, validators=[no_nul])
    action_taken = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    told_patient_at = models.DateTimeField(null=True, blank=True)
    told_patient_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reported_to = models.JSONField(default=list, blank=True)  # [{"to", "on", "note"}]
    outcome = models.TextField(max_length=2000, blank=True, validators=[no_nul])
    resolved_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=140, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    review_note = models.CharField(max_length=1000, blank=True, editable=False, validators=[no_nul])

    objects = AdverseEventQuerySet.as_manager()

    class Meta:
        ordering = ("-onset_at", "-id")
        indexes = [
            models.Index(fields=["practice", "-onset_at", "-id"], name="event_by_onset"),
            models.Index(fields=["patient", "-onset_at"], name="event_by_patient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "origin"], condition=~Q(origin=""), name="event_opened_once_by_the_record"
            ),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(kind="needlestick_staff"),
                name="event_of_a_patient_or_of_the_staff",
                violation_error_message="Say whom it happened to. Only a needlestick of the staff has no patient.",
            ),
            models.CheckConstraint(
                condition=Q(told_patient_at=None, told_patient_by=None)
                | Q(told_patient_at__isnull=False, told_patient_by__isnull=False),
                name="event_told_when_and_by_whom",
                violation_error_message="Say when the patient was told, and by whom.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=models.F("onset_at")),
                name="event_ends_after_it_begins",
                violation_error_message="It cannot be over before it began.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="event_reviewed_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_severity_display()} event of {self.onset_at:%d %b %Y}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
