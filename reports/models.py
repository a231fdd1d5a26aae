"""What was printed or sent: the stored bytes and their digest."""

from __future__ import annotations

from typing import Self

from django.db import models

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly
from treatments.models import Episode, NeedlingSession


class DocumentQuerySet(OfPatientQuerySet["Document"]):
    def without_content(self) -> Self:
        """Lists never carry the PDF bytes."""
        return self.defer("content")


class Document(AppendOnly):
    """A PDF as it was issued. Re-issuing makes a new one that supersedes; the old one stays."""

    class Kind(models.TextChoices):
        PATIENT_SUMMARY = "patient_summary", "Patient summary"
        CLINICAL_RECORD = "clinical_record", "Clinical record"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="documents")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="documents", null=True, blank=True)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="documents", null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=40)
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    source_versions = models.JSONField()
    supersedes = models.OneToOneField("self", models.PROTECT, related_name="superseded_by", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="document_number_once")]
        indexes = [
            models.Index(fields=["patient", "-created_at"], name="document_by_patient"),
            models.Index(fields=["session", "kind", "-created_at"], name="document_by_session"),
        ]

    def __str__(self) -> str:
        return self.number
