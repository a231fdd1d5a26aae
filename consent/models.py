"""What the patient agreed to, in which words, and what screening found."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import AppendOnly, Record, TenantQuerySet, User, no_nul


class AreaQuerySet(models.QuerySet["Area"]):
    def visible_to(self, user: User) -> Self:
        return self


class Area(models.Model):
    """A body area (15) or a region pain refers to (91): shipped content, keyed by name, the same for everyone."""

    class Kind(models.TextChoices):
        AREA = "area", "Area"
        REFERRAL = "referral", "Referral region"

    key = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    parent = models.CharField(max_length=40, blank=True)
    sidedness = models.CharField(max_length=10)
    sort = models.PositiveSmallIntegerField()

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ("sort",)

    def __str__(self) -> str:
        return self.label


class ConsentTextQuerySet(TenantQuerySet["ConsentText"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def newest_first(self) -> Self:
        return self.order_by(models.F("published_at").desc(nulls_last=True), "-text_version")

    def by_version(self) -> Self:
        """Each language together, its newest version first: drafts stand above what they will replace."""
        return self.order_by("language", "-text_version")

    def without_words(self) -> Self:
        """Lists of versions do not carry the wording."""
        return self.defer("sections", "risks", "scope_items")


class ConsentText(Record):
    """One version of the wording. Once published the database lets nothing of it change: a new version supersedes."""

    language = models.CharField(
        max_length=12, default="en", validators=[RegexValidator(r"^[a-z]{2}(-[A-Z]{2})?$", "Use a code such as en.")]
    )
    text_version = models.PositiveIntegerField()
    title = models.CharField(max_length=160, validators=[no_nul])
    sections = models.JSONField(blank=True)  # a draft may be unfinished; see consent/wording.py
    risks = models.JSONField(blank=True)
    scope_items = models.JSONField(blank=True)
    reconsent_required = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at", "-text_version")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "language", "text_version"],
                name="consent_text_version_once",
                violation_error_message="This version number is taken. Use the next one.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.text_version}"


class Consent(AppendOnly):
    """What a patient said about each scope item, how, and to whom. Never edited: withdrawals are rows beside it."""

    class Method(models.TextChoices):
        SIGNATURE = "signature", "Signature"
        VERBAL = "verbal", "Spoken"
        PAPER_SCAN = "paper_scan", "Paper"

    class GivenBy(models.TextChoices):
        PATIENT = "patient", "Patient"
        GUARDIAN = "guardian", "Guardian"
        ATTORNEY = "attorney", "Attorney"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    decisions = models.JSONField()
    risks_discussed = models.JSONField(default=list, blank=True)
    questions = models.TextField(max_length=2000, blank=True, validators=[no_nul])
    given_by_kind = models.CharField(max_length=8, choices=GivenBy, default=GivenBy.PATIENT)
    given_by_name = models.CharField(max_length=120, blank=True, validators=[no_nul])
    given_by_relation = models.CharField(max_length=60, blank=True, validators=[no_nul])
    method = models.CharField(max_length=10, choices=Method)
    signature = models.JSONField(null=True, blank=True)
    signature_sha256 = models.CharField(max_length=64, blank=True)
    witness = models.CharField(max_length=120, blank=True, validators=[no_nul])
    not_signed_reason = models.CharField(max_length=300, blank=True, validators=[no_nul])
    obtained_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    valid_until = models.DateField()

    objects = OfPatientQuerySet["Consent"].as_manager()

    class Meta:
        ordering = ("-given_at", "-id")
        indexes = [models.Index(fields=["patient", "-given_at"], name="consent_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(method="signature", signature__isnull=False) & ~Q(signature_sha256="")
                | ~Q(method="signature") & Q(signature__isnull=True, signature_sha256=""),
                name="consent_signature_with_its_digest",
                violation_error_message="A signature is stored with its digest, and only when the patient signed.",
            ),
            models.CheckConstraint(
                condition=Q(given_by_kind="patient") | ~Q(given_by_name=""),
                name="consent_names_who_spoke_for_the_patient",
                violation_error_message="Write the name of the guardian or attorney.",
            ),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.given_at:%d %b %Y}"


class Withdrawal(AppendOnly):
    """The patient took a consent back, whole (`all`) or for one scope item. Acts at once, may repeat."""

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="withdrawals")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="withdrawals")
    scope = models.CharField(max_length=30)
    reason = models.CharField(max_length=500, blank=True, validators=[no_nul])
    withdrawn_at = models.DateTimeField()

    objects = OfPatientQuerySet["Withdrawal"].as_manager()

    class Meta:
        ordering = ("withdrawn_at", "id")

    def __str__(self) -> str:
        return f"Withdrawal of {self.scope}"


class ConsentScan(AppendOnly):
    """A page of paper consent: what it is and its digest. The bytes lie in the home folder under a name of chance."""

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="scans")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consent_scans")
    content_type = models.CharField(max_length=20, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True, editable=False)

    objects = OfPatientQuerySet["ConsentScan"].as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "sha256"],
                name="consent_scan_once",
                violation_error_message="This scan is here already.",
            )
        ]

    def __str__(self) -> str:
        return f"Scan, {self.get_content_type_display()}"


class ScreeningQuerySet(OfPatientQuerySet["Screening"]):
    def before(self, at: datetime) -> Self:
        return self.filter(taken_at__lte=at).order_by("-taken_at", "-id")


class Screening(Record):
    """Answers about contraindications on one day. Reviewed by a practitioner before it counts."""

    class FilledBy(models.TextChoices):
        PATIENT = "patient", "Patient"
        PRACTITIONER = "practitioner", "Practitioner"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="screenings")
    taken_at = models.DateTimeField()
    filled_by = models.CharField(max_length=12, choices=FilledBy)
    answers = models.JSONField()
    complete = models.BooleanField()
    content_version = models.CharField(max_length=10)
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ("-taken_at", "-id")
        indexes = [models.Index(fields=["patient", "-taken_at"], name="screening_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="screening_review_says_when_and_who",
            )
        ]

    def __str__(self) -> str:
        return f"Screening of {self.taken_at:%d %b %Y}"

    @property
    def is_reviewed(self) -> bool:
        return self.complete and self.reviewed_at is not None
