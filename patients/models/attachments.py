"""Papers and pictures that came from elsewhere: referral letters, results, photos, old records."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from patients import file_kinds
from patients.models.people import OfPatientQuerySet, Patient
from practice.models import Record, User, no_nul


class AttachmentQuerySet(OfPatientQuerySet["Attachment"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)


class Attachment(Record):
    """A file of a patient, as it was received (a photo without its hidden details). What it is called, its kind and its
    day can be put right; the file never changes (patients/guards.py). Archived with a reason, never deleted."""

    class Kind(models.TextChoices):
        REFERRAL = "referral", "Referral"
        LETTER = "letter", "Letter or report"
        IMAGING = "imaging", "Imaging"
        RESULT = "result", "Test result"
        PHOTO = "photo", "Photo"
        PAST_RECORD = "past_record", "Old record"
        OFFICE = "office", "Office paper"
        OTHER = "other", "Other"

    class Removed(models.TextChoices):
        """What was in a photo besides its picture, and was taken out."""

        DETAILS = "details", "Details of the camera"
        PLACE = "place", "The place where it was taken, and details of the camera"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="attachments", editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120, validators=[no_nul])
    dated_on = models.DateField()
    content_type = models.CharField(max_length=80, choices=list(file_kinds.WORDS.items()), editable=False)
    size = models.PositiveIntegerField(editable=False)
    pages = models.PositiveIntegerField(null=True, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)  # of the file as it is kept
    received_sha256 = models.CharField(max_length=64, editable=False)  # of the file as the sender has it
    removed = models.CharField(max_length=8, choices=Removed, blank=True, editable=False)
    stored_as = models.CharField(max_length=64, unique=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    archive_reason = models.CharField(max_length=300, blank=True, editable=False, validators=[no_nul])

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("-dated_on", "-created_at", "-id")
        indexes = [
            models.Index(fields=["patient", "-dated_on"], name="attachment_by_patient"),
            models.Index(fields=["practice", "-created_at"], name="attachment_by_day"),
            models.Index(fields=["practice", "sha256"], name="attachment_by_digest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "sha256"],
                name="attachment_once_per_patient",
                violation_error_message="This file is here already.",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archived_by=None, archive_reason="")
                | Q(archived_at__isnull=False, archived_by__isnull=False) & ~Q(archive_reason=""),
                name="attachment_archived_when_by_whom_and_why",
                violation_error_message="Say why it is archived.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def ending(self) -> str:
        return file_kinds.ENDINGS[self.content_type]

    @property
    def file_name(self) -> str:
        """Of a download: nothing of the patient, and nothing of what is in it."""
        return f"attachment-{self.pk.hex[-8:]}.{self.ending}"

    @property
    def is_picture(self) -> bool:
        return self.content_type in (file_kinds.JPEG, file_kinds.PNG)

    @property
    def is_shown(self) -> bool:
        """In the page; anything else is downloaded."""
        return self.is_picture or self.content_type in (file_kinds.PDF, file_kinds.TEXT)
