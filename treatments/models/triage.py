"""The phone card: what a caller answered, what followed from it, and who took it on. Nothing here is ever changed."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly, TenantQuerySet, User, no_nul
from treatments.models.aftercare import FollowUp
from treatments.models.session import NeedlingSession

MOST_SECONDS = 86_400


class TriageQuerySet(OfPatientQuerySet["Triage"]):
    def unfinished(self) -> Self:
        """Nobody has it yet: the ambulance not called, no practitioner on it (told is enough where ringing back is).

        The last card of a call speaks for those it corrects.
        """
        steps = TriageStep.objects.filter(triage=OuterRef("pk"))
        seen = [FollowUp.State.ACKNOWLEDGED, FollowUp.State.CLOSED]
        return (
            self.exclude(follow_up__state__in=seen)
            .exclude(Exists(steps.filter(kind__in=[TriageStep.Kind.TAKEN, *TriageStep.CALLED])))
            .exclude(Q(result=Triage.Result.CALL_BACK) & Exists(steps.filter(kind=TriageStep.Kind.TOLD)))
            .exclude(Exists(Triage.objects.filter(follows=OuterRef("pk"))))
        )

    def told(self) -> Self:
        """With what the card and its list say."""
        return self.select_related(
            "patient__practice", "created_by", "follow_up__acknowledged_by", "followed_by"
        ).prefetch_related("steps__created_by", "steps__to")


class Triage(AppendOnly):
    """One answered phone card. `zones` are what was needled in the 30 days before, as the rule saw it; `follow_up` is
    the escalation that it opened, or the call to make; a caller who is no patient has none."""

    class Result(models.TextChoices):
        AMBULANCE = "ambulance", "Ambulance"
        PRACTITIONER_NOW = "practitioner_now", "Practitioner now"
        CALL_BACK = "call_back", "Call back"

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="triages")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, null=True, blank=True, related_name="+")
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="triages")
    caller = models.CharField(max_length=120, blank=True, validators=[no_nul])  # who rings, when it is not the patient
    place = models.CharField(max_length=200, blank=True, validators=[no_nul])
    phone = models.CharField(max_length=40, blank=True, validators=[no_nul])
    zones = models.JSONField(default=list, blank=True)  # [{"area", "label", "sides", "lung", "at", "hours", "session"}]
    answers = models.JSONField(default=dict)  # question -> yes | no | unsure; what was not asked is not there
    result = models.CharField(max_length=16, choices=Result)
    rule = models.CharField(max_length=30)
    words_version = models.CharField(max_length=10)
    script = models.CharField(max_length=500)  # as it was to be read aloud
    opened_at = models.DateTimeField()
    seconds_taken = models.PositiveIntegerField(validators=[MaxValueValidator(MOST_SECONDS)])

    objects = TriageQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["practice", "-created_at"], name="triage_by_time"),
            models.Index(fields=["patient", "-created_at"], name="triage_by_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | ~Q(caller=""),
                name="triage_says_who",
                violation_error_message="Write who rings.",
            )
        ]

    def __str__(self) -> str:
        return f"Phone card of {self.created_at:%d %b %Y}"

    @property
    def who(self) -> str:
        return self.patient.full_name if self.patient else self.caller


class TriageStep(AppendOnly):
    """What was done with a card, stamped by `created_by` and `created_at`."""

    class Kind(models.TextChoices):
        TOLD = "told", "Told"
        TAKEN = "taken", "Taken over"
        WE_CALLED = "we_called", "We called the ambulance"
        CALLER_CALLS = "caller_calls", "The caller is calling the ambulance"

    CALLED = (Kind.WE_CALLED, Kind.CALLER_CALLS)

    triage = models.ForeignKey(Triage, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    to = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, validators=[no_nul])

    objects = TenantQuerySet["TriageStep"].as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["triage"], condition=Q(kind="taken"), name="triage_taken_once"),
            models.CheckConstraint(
                condition=Q(kind="told", to__isnull=False) | ~Q(kind="told"), name="triage_told_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
