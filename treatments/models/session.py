"""The course of care and the needling session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from consent.models import Consent, Screening
from patients.models import OfPatientQuerySet, Patient
from practice.models import Clinic, Record, Side, User, no_nul

LATE_ENTRY_AFTER = timedelta(hours=24)


class Episode(Record):
    """A course of care: one problem, its goals, and the sessions given for it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        COMPLETED = "completed", "Completed"
        DISCONTINUED = "discontinued", "Discontinued"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="episodes")
    practitioner = models.ForeignKey(User, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, validators=[no_nul])
    problem = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    side = models.CharField(max_length=8, choices=Side, blank=True)
    onset = models.CharField(max_length=120, blank=True, validators=[no_nul])
    diagnosis = models.CharField(max_length=250, blank=True, validators=[no_nul])
    diagnosis_code = models.CharField(max_length=20, blank=True, validators=[no_nul])
    diagnosis_system = models.CharField(max_length=40, blank=True, validators=[no_nul])
    goals = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    planned_sessions = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(200)])
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)

    objects = OfPatientQuerySet["Episode"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(diagnosis_code="") | ~Q(diagnosis_system=""),
                name="episode_code_with_its_system",
                violation_error_message="Say which code system the code is from: M79.11 differs between them.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SessionQuerySet(OfPatientQuerySet["NeedlingSession"]):
    def unsigned(self) -> Self:
        return self.filter(status=NeedlingSession.Status.DRAFT)

    def shown(self) -> Self:
        """Without discarded drafts, which are kept but hidden."""
        return self.exclude(status=NeedlingSession.Status.DISCARDED)


class NeedlingSession(Record):
    """One visit, as it is evidence: draft, then signed and frozen by the database; corrected by addenda, never edited.

    Three clocks: `started_at` treated, `written_at` first saved, `signed_at` signed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SIGNED = "signed", "Signed"
        VOID = "void", "Void"
        DISCARDED = "discarded", "Discarded"

    class Position(models.TextChoices):
        PRONE = "prone", "Prone"
        SUPINE = "supine", "Supine"
        SIDE_LYING = "side_lying", "Side-lying"
        SITTING = "sitting", "Sitting"
        OTHER = "other", "Other"

    class Discrepancy(models.TextChoices):
        RETAINED_ON_PURPOSE = "retained_on_purpose", "Left in on purpose"
        FELL_OUT_FOUND = "fell_out_found", "Fell out and found"
        BROKEN = "broken", "Broken"
        LOST = "lost", "Lost"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="sessions")
    practitioner = models.ForeignKey(User, models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="+")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, blank=True, related_name="sessions")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    subjective = models.TextField(max_length=10000, blank=True, validators=[no_nul])
    objective = models.TextField(max_length=10000, blank=True, validators=[no_nul])
    assessment = models.TextField(max_length=10000, blank=True, validators=[no_nul])
    plan = models.TextField(max_length=10000, blank=True, validators=[no_nul])
    pain_before = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    pain_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    range_of_motion = models.JSONField(default=list, blank=True)  # movement, side, degrees before and after
    position = models.CharField(max_length=10, choices=Position, blank=True)
    adjuncts = models.JSONField(default=list, blank=True)
    skin_preparation = models.BooleanField(null=True, blank=True)
    gloves = models.BooleanField(null=True, blank=True)
    sharps_disposed = models.BooleanField(null=True, blank=True)
    others_present = models.JSONField(default=list, blank=True)
    tolerance = models.CharField(max_length=250, blank=True, validators=[no_nul])
    no_needling = models.BooleanField(default=False)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="+")
    consent_confirmed = models.BooleanField(default=False)
    screening = models.ForeignKey(Screening, models.PROTECT, null=True, blank=True, related_name="+")
    needles_in = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(500)])
    needles_out = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(500)])
    discrepancy_kind = models.CharField(max_length=20, choices=Discrepancy, blank=True)
    discrepancy_note = models.CharField(max_length=1000, blank=True, validators=[no_nul])
    remove_by = models.DateField(null=True, blank=True)
    safety_net_given = models.BooleanField(default=False)
    advice_given = models.JSONField(default=list, blank=True)
    advice_note = models.CharField(max_length=2000, blank=True, validators=[no_nul])
    next_review_on = models.DateField(null=True, blank=True)
    acknowledged_findings = models.JSONField(default=list, blank=True)
    taken_over_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    taken_over_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[no_nul])
    # A student's signature: still a draft, until the supervisor has countersigned (signed_by).
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    sent_back_reason = models.CharField(max_length=1000, blank=True, editable=False, validators=[no_nul])
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    chart_version = models.CharField(max_length=10, blank=True, editable=False)
    relied_on = models.JSONField(default=dict, blank=True, editable=False)  # scope -> consent id, at signing
    findings_signed = models.JSONField(default=list, blank=True, editable=False)  # what was known when it was signed
    deviations = models.JSONField(default=list, blank=True, editable=False)
    reopened_count = models.PositiveSmallIntegerField(default=0, editable=False)
    first_issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    void_reason = models.CharField(max_length=1000, blank=True, editable=False, validators=[no_nul])
    void_at = models.DateTimeField(null=True, blank=True, editable=False)
    void_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = [
            models.Index(fields=["practice", "-started_at", "-id"], name="session_by_start"),
            models.Index(fields=["practice", "-updated_at", "-id"], name="session_by_change"),
            models.Index(fields=["patient", "-started_at"], name="session_by_patient"),
            models.Index(fields=["practitioner", "status", "started_at"], name="session_by_practitioner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["signed", "void"], signed_at__isnull=False, signed_by__isnull=False)
                & ~Q(content_sha256="")
                | Q(status__in=["draft", "discarded"], signed_at=None, signed_by=None, content_sha256=""),
                name="session_signed_with_when_who_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(status="void", void_at__isnull=False, void_by__isnull=False) & ~Q(void_reason="")
                | ~Q(status="void") & Q(void_at=None, void_by=None, void_reason=""),
                name="session_void_with_reason_when_and_who",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="session_ends_after_it_starts",
                violation_error_message="A session cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=(Q(pain_before=None) | Q(pain_before__lte=10)) & (Q(pain_after=None) | Q(pain_after__lte=10)),
                name="session_pain_0_to_10",
                violation_error_message="Pain is a whole number from 0 to 10.",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False) & ~Q(submitted_by=models.F("signed_by")),
                name="session_submitted_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_by=None, taken_over_reason="")
                | Q(taken_over_by__isnull=False) & ~Q(taken_over_reason=""),
                name="session_taken_over_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Session of {self.started_at:%d %b %Y}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def awaits_countersignature(self) -> bool:
        return self.is_draft and self.submitted_by_id is not None

    @property
    def is_late_entry(self) -> bool:
        """Written more than 24 h after the treatment began."""
        return self.written_at.astimezone(UTC) - self.started_at.astimezone(UTC) > LATE_ENTRY_AFTER

    def notes(self) -> tuple[str, str, str, str]:
        """Subjective, objective, assessment, plan."""
        return self.subjective, self.objective, self.assessment, self.plan

    def reopen_until(self) -> datetime | None:
        """The end of the grace in which the signer may reopen, or None when not signed or already issued."""
        if self.signed_at is None or self.first_issued_at is not None:
            return None
        return self.signed_at + timedelta(minutes=self.practice.reopen_minutes)
