"""What comes after signing: addenda, and the soreness checks of the days after."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly, PublicLink, Record, TenantQuerySet, User, no_nul
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
        """The call list: what is due and not out by mail. One that was mailed comes back when its link ran out; a snoozed one on its
        day."""
        awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at)
        return self.open().exclude(state=FollowUp.State.SENT).filter(awake, due_at__lte=at).order_by("due_at")

    def to_review(self) -> Self:
        """Answers that a practitioner looks at the same day (rule 3) and nobody has acknowledged."""
        return self.filter(kind=FollowUp.Kind.SORENESS_CHECK, state=FollowUp.State.ANSWERED, needs_review=True)

    def open_escalations(self) -> Self:
        """Red flags that no practitioner has taken yet, and those taken whose outcome is not written."""
        waiting = [FollowUp.State.ANSWERED, FollowUp.State.ACKNOWLEDGED]
        return self.filter(kind=FollowUp.Kind.ESCALATION, state__in=waiting)


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

    class Channel(models.TextChoices):
        EMAIL = "email", "By e-mail"
        CALL = "call", "By phone"

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
    about = models.CharField(max_length=200, blank=True, editable=False, validators=[no_nul])  # of a call: what to do
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED, editable=False)
    channel = models.CharField(max_length=5, choices=Channel, blank=True, editable=False)  # empty until it is due
    call_because = models.CharField(max_length=200, blank=True, editable=False)  # why it stands on the call list
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    hours_since = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(2000)])
    soreness = models.JSONField(default=list, blank=True)  # [{"structure", "side", "score" 0-10 or null}]
    still_sore = models.BooleanField(null=True, blank=True)
    lasted_hours = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(2000)])
    needs_review = models.BooleanField(default=False, editable=False)  # rule 3: by a practitioner, the same day
    function = models.CharField(max_length=4, choices=Function, blank=True)
    bruise = models.BooleanField(null=True, blank=True)
    red_flags = models.JSONField(default=list, blank=True)
    comment = models.CharField(max_length=2000, blank=True, validators=[no_nul])
    answered_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=7, choices=ReportedBy, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    closed_reason = models.CharField(max_length=500, blank=True, validators=[no_nul])
    snoozed_until = models.DateTimeField(null=True, blank=True, editable=False)
    snoozed_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[no_nul])
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # calls that nobody answered
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of an escalation: the check whose answer raised it, when it goes to the next person, and what was done.
    raised_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="escalation", editable=False
    )
    pass_on_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.TextField(max_length=4000, blank=True, validators=[no_nul])

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "id")
        indexes = [
            models.Index(fields=["practice", "state", "due_at"], name="follow_up_due"),
            models.Index(fields=["patient", "-due_at"], name="follow_up_by_patient"),
            models.Index(fields=["state", "kind", "due_at"], name="follow_up_by_kind"),  # the worker, over practices
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "due_at"], name="follow_up_planned_once", condition=Q(session__isnull=False)
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(reported_by=""),
                name="follow_up_answer_says_when_and_from_whom",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None, snoozed_reason="")
                | Q(snoozed_until__isnull=False) & ~Q(snoozed_reason=""),
                name="follow_up_snoozed_with_a_reason",
                violation_error_message="Say until when it sleeps, and why.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="escalation", state="closed") | ~Q(outcome=""),
                name="escalation_closes_with_its_outcome",
                violation_error_message="Write what was done before this is closed.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class EscalationStep(AppendOnly):
    """One stamp in the life of an escalation. Who did it and when are `created_by` and `created_at`."""

    class Step(models.TextChoices):
        OPENED = "opened", "Opened"
        NAMED = "named", "Named"
        TOLD = "told", "Mailed"
        PASSED_ON = "passed_on", "Passed on"
        ACKNOWLEDGED = "acknowledged", "Taken"
        OUTCOME = "outcome", "Outcome"

    escalation = models.ForeignKey(FollowUp, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12, choices=Step)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TenantQuerySet["EscalationStep"].as_manager()

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.get_step_display()


class SorenessLink(PublicLink):
    """A way to answer a check without signing in: the mail holds the token, this row its digest only.

    The date of birth is asked first, a few times; then one answer, which can be corrected for an hour.
    """

    class Closed(models.TextChoices):
        TRIES = "tries", "The date of birth was wrong too often"
        CANCELLED = "cancelled", "The check is not asked any more"

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="links")
    tries_left = models.PositiveSmallIntegerField(default=5)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_because = models.CharField(max_length=9, choices=Closed, blank=True, editable=False)

    objects = TenantQuerySet["SorenessLink"].as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="") | Q(closed_at__isnull=False) & ~Q(closed_because=""),
                name="soreness_link_closed_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"Link until {self.expires_at:%d %b %Y}"
