"""What was printed or sent: the stored bytes and their digest."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from consent.models import Consent
from patients.models import Contact, OfPatientQuerySet, Patient
from practice.models import AppendOnly
from reports.models.batches import PrintBatch
from reports.models.letters import Letter
from reports.models.record_requests import RecordRequest
from treatments.models import Episode, NeedlingSession


class DocumentQuerySet(OfPatientQuerySet["Document"]):
    def without_content(self) -> Self:
        """Lists never carry the PDF bytes."""
        return self.defer("content")


# kind -> the one thing it is made of; a letter also remembers the session or the course of care it is about
MADE_OF = {
    "patient_summary": "session",
    "clinical_record": "session",
    "gp_letter": "letter",
    "course_report": "episode",
    "consent_copy": "consent",
    "full_record": "record_request",
}
ALSO = {"gp_letter": {"session", "episode"}}
SOURCES = ("session", "consent", "letter", "episode", "record_request")


def _made_of_its_kind() -> Q:
    """Each kind names its source and nothing that it is not made of."""
    allowed = Q()
    for kind, source in MADE_OF.items():
        named = {f"{other}__isnull": other != source for other in SOURCES if other not in ALSO.get(kind, set())}
        allowed |= Q(kind=kind, **named)
    return allowed


class Document(AppendOnly):
    """A PDF as it was issued. Re-issuing makes a new one that supersedes; the old one stays."""

    class Kind(models.TextChoices):
        PATIENT_SUMMARY = "patient_summary", "Patient summary"
        CLINICAL_RECORD = "clinical_record", "Clinical record"
        GP_LETTER = "gp_letter", "Letter"
        COURSE_REPORT = "course_report", "Course of care report"
        CONSENT_COPY = "consent_copy", "Copy of a consent"
        FULL_RECORD = "full_record", "Full record"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="documents")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="documents", null=True, blank=True)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="documents", null=True, blank=True)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="documents", null=True, blank=True)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="documents", null=True, blank=True)
    record_request = models.ForeignKey(RecordRequest, models.PROTECT, related_name="documents", null=True, blank=True)
    batch = models.ForeignKey(PrintBatch, models.PROTECT, related_name="documents", null=True, blank=True)
    addressee = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True, blank=True)
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
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["batch", "session"], name="document_once_in_a_batch", condition=Q(batch__isnull=False)
            ),
            models.CheckConstraint(condition=_made_of_its_kind(), name="document_made_of_its_kind"),
        ]
        indexes = [
            models.Index(fields=["patient", "-created_at"], name="document_by_patient"),
            models.Index(fields=["consent", "-created_at"], name="document_by_consent"),
            models.Index(fields=["letter", "-created_at"], name="document_by_letter"),
            models.Index(fields=["episode", "-created_at"], name="document_by_episode"),
            models.Index(fields=["record_request", "-created_at"], name="document_by_record_request"),
            models.Index(fields=["session", "kind", "-created_at"], name="document_by_session"),
        ]

    def __str__(self) -> str:
        return self.number

    def made_of(self) -> str:
        """The name of the one thing this kind is made of; a newer document of the same supersedes."""
        return MADE_OF[self.kind]
