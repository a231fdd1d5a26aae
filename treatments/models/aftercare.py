"""What comes after signing: addenda, and the soreness checks of the days after."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly, Record, TenantQuerySet, User, no_nul
from treatments.models.session import NeedlingSession


class Addendum(AppendOnly):
    """A later correction or addition to a signed session. Its author and time are `created_by` and `created_at`."""

    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="addenda")
    text = models.TextField(max_length=10000, validators=[no_nul])
    reason = models.CharField(max_length=500, blank=True, validators=[no_nul])

    objects = TenantQuerySet["Addendum"].as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="addendum_says_something")]

    def __str__(self) -> str:
        return f"Addendum of {self.created_at:%d %b %Y}"


class FollowUpQuerySet(OfPatientQuerySet["FollowUp"]):
    def open(self) -> Self:
        return self.filter(state__in=[FollowUp.State.PLANNED, FollowUp.State.SENT, FollowUp.State.NO_ANSWER])

    def due(self, at: datetime) -> Self:
        return self.open().filter(due_at__lte=at).order_by("due_at")


class FollowUp(Record):
    """Something to ask after a session. Not answered is not zero: the scores stay empty."""

    class Kind(models.TextChoices):
        SORENESS_CHECK = "soreness_check", "Soreness check"
        CALL = "call", "Call"
        RECALL = "recall", "Recall"
        ESCALATION = "escalation", "Escalation"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENT = "sent", "Sent"
        ANSWERED = "answered", "Answered"
        CALLED = "called", "Called"
        NO_ANSWER = "no_answer", "No answer"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    class Function(models.TextChoices):
        NONE = "none", "Not held up"
        SOME = "some", "Held up a little"
        MUCH = "much", "Held up a lot"

    class ReportedBy(models.TextChoices):
        PATIENT = "patient", "Patient"
        STAFF = "staff", "Staff"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="follow_ups")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    kind = models.CharField(max_length=14, choices=Kind)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED, editable=False)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    hours_since = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(2000)])
    soreness = models.JSONField(default=list, blank=True)  # [{"structure", "side", "score" 0-10 or null}]
    still_sore = models.BooleanField(null=True, blank=True)
    function = models.CharField(max_length=4, choices=Function, blank=True)
    bruise = models.BooleanField(null=True, blank=True)
    red_flags = models.JSONField(default=list, blank=True)
    comment = models.CharField(max_length=2000, blank=True, validators=[no_nul])
    answered_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=7, choices=ReportedBy, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    closed_reason = models.CharField(max_length=500, blank=True, validators=[no_nul])
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "id")
        indexes = [
            models.Index(fields=["practice", "state", "due_at"], name="follow_up_due"),
            models.Index(fields=["patient", "-due_at"], name="follow_up_by_patient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "due_at"], name="follow_up_planned_once", condition=Q(session__isnull=False)
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(reported_by=""),
                name="follow_up_answer_says_when_and_from_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
