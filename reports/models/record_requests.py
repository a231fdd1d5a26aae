"""Somebody asks for a patient's record: who, how they were recognised, by when, and what was handed over.

Also corrections that a patient asked for and that were refused: the patient's own statement stands with the record.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly, Record, TenantQuerySet, User, no_nul

# This product's own clock. The law that holds where the practice is decides; it has to be checked before it is relied on.
DAYS = 30


class RecordRequestQuerySet(OfPatientQuerySet["RecordRequest"]):
    def open(self) -> Self:
        return self.filter(status=RecordRequest.Status.OPEN)


class RecordRequest(Record):
    """A request for the whole record, with its clock."""

    class AskedBy(models.TextChoices):
        PATIENT = "patient", "The patient"
        GUARDIAN = "guardian", "Parent or guardian"
        PRACTICE = "practice", "Another practice"
        LAWYER = "lawyer", "Lawyer"
        INSURER = "insurer", "Insurer"
        OTHER = "other", "Somebody else"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        HANDED_OVER = "handed_over", "Handed over"
        IN_PART = "in_part", "Handed over in part"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Taken back"

    class How(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        POST = "post", "By registered post"
        SECURE = "secure", "By a secure message"
        EMAIL = "email", "By e-mail, protected"
        OTHER = "other", "Another way"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="record_requests")
    asked_by = models.CharField(max_length=8, choices=AskedBy)
    asker_name = models.CharField(max_length=120, validators=[no_nul])
    asker_contact = models.CharField(max_length=250, blank=True, validators=[no_nul])
    authority = models.CharField(max_length=500, blank=True, validators=[no_nul])
    identity_checked = models.CharField(max_length=250, validators=[no_nul])
    wanted = models.CharField(max_length=500, blank=True, validators=[no_nul])
    received_on = models.DateField()
    due_on = models.DateField(editable=False)
    status = models.CharField(max_length=11, choices=Status, default=Status.OPEN, editable=False)
    withheld = models.CharField(max_length=1000, blank=True, editable=False, validators=[no_nul])
    reason = models.CharField(max_length=1000, blank=True, editable=False, validators=[no_nul])
    handed_over_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_over_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    handed_over_how = models.CharField(max_length=9, choices=How, blank=True, editable=False)
    handed_over_to = models.CharField(max_length=120, blank=True, editable=False, validators=[no_nul])

    objects = RecordRequestQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        indexes = [
            models.Index(fields=["practice", "status", "due_on"], name="record_request_due"),
            models.Index(fields=["patient", "-received_on"], name="record_request_by_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_over_at=None, handed_over_by=None)
                | Q(handed_over_at__isnull=False, handed_over_by__isnull=False),
                name="record_request_handed_over_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(asked_by="patient") | ~Q(authority=""),
                name="record_request_says_the_authority",
                violation_error_message="Say what gives them the right: a signed authority, a court order, guardianship.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("in_part", "refused")) | ~Q(reason=""),
                name="record_request_says_why_not",
                violation_error_message="Say why. The person has a right to the reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Record request of {self.received_on:%d %b %Y}"

    def days_left(self, today: date) -> int:
        return (self.due_on - today).days


class RecordPackage(AppendOnly):
    """The data that goes with the printed record: a ZIP of CSV, JSON and attached files with its manifest, as it was
    made. It lies beside the database, because attached files are large; older ones are in the row."""

    request = models.ForeignKey(RecordRequest, models.PROTECT, related_name="packages")
    content = models.BinaryField(null=True)
    stored_as = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = TenantQuerySet["RecordPackage"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=False, stored_as="") | Q(content=None) & ~Q(stored_as=""),
                name="record_package_is_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"Package of {self.created_at:%d %b %Y}"


class RefusedCorrection(Record):
    """A change the patient asked for and did not get. Their statement is shown with the record and prints in it."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="refused_corrections")
    asked_on = models.DateField()
    asked_for = models.TextField(max_length=2000, validators=[no_nul])
    reason = models.TextField(max_length=2000, validators=[no_nul])
    statement = models.TextField(max_length=4000, blank=True, validators=[no_nul])

    objects = OfPatientQuerySet["RefusedCorrection"].as_manager()

    class Meta:
        ordering = ("-asked_on", "-id")
        indexes = [models.Index(fields=["patient", "-asked_on"], name="refused_correction_by_patient")]

    def __str__(self) -> str:
        return f"Correction refused on {self.asked_on:%d %b %Y}"
