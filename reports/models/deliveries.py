"""Documents on their way to somebody, and what follows when one reached the wrong person."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from patients.models import Contact, OfPatientQuerySet, Patient
from practice.models import AppendOnly, OutgoingEmail, Record, User, no_nul
from reports.models.documents import Document


class DeliveryQuerySet(OfPatientQuerySet["Delivery"]):
    def told(self) -> Self:
        """With everything a list tells of each, in one query; never the PDF."""
        rows = self.select_related("document", "patient", "contact", "email", "created_by")
        return rows.defer("document__content")


class Delivery(AppendOnly):
    """A document sent to one address that a person had confirmed. Its state is that of its outgoing mail."""

    class Purpose(models.TextChoices):
        FOR_THE_PATIENT = "for_the_patient", "For the patient"
        CONTINUING_CARE = "continuing_care", "Continuing care"
        CLAIM = "claim", "Claim or legal matter"
        OTHER = "other", "Other"

    document = models.ForeignKey(Document, models.PROTECT, related_name="deliveries")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="deliveries")  # as the document names them
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="deliveries", null=True, blank=True)
    to = models.EmailField()
    purpose = models.CharField(max_length=16, choices=Purpose)
    message = models.TextField(max_length=1000, blank=True, validators=[no_nul])
    protect = models.BooleanField()
    permission_at = models.DateTimeField(null=True, blank=True)  # since when documents may go by e-mail
    permission_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)  # who recorded it
    email = models.OneToOneField(OutgoingEmail, models.PROTECT, related_name="delivery")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["practice", "-created_at", "-id"], name="delivery_newest"),
            models.Index(fields=["patient", "-created_at"], name="delivery_by_patient"),
            models.Index(fields=["document", "-created_at"], name="delivery_by_document"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} to {self.to}"


PURPOSE_OF_CONTACT: dict[str, Delivery.Purpose] = {
    Contact.Kind.GP: Delivery.Purpose.CONTINUING_CARE,
    Contact.Kind.REFERRER: Delivery.Purpose.CONTINUING_CARE,
    Contact.Kind.INSURER: Delivery.Purpose.CLAIM,
    Contact.Kind.LAWYER: Delivery.Purpose.CLAIM,
}

# Privacy Act 1988 (Cth) s 26WH(2)(b): the assessment of a suspected eligible data breach is completed within 30 days
# after the entity became aware that there are grounds to suspect one.
DAYS_TO_ASSESS = timedelta(days=30)


class DataBreach(Record):
    """Something about a patient reached somebody it was not for: to be assessed within 30 days. Never deleted."""

    class Result(models.TextChoices):
        NO_SERIOUS_HARM = "no_serious_harm", "Serious harm is not likely"
        REMEDIED = "remedied", "Put right before serious harm was likely"
        NOTIFIABLE = "notifiable", "Serious harm is likely: notify"

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="breach")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="breaches")
    what_happened = models.TextField(max_length=2000, validators=[no_nul])
    done_at_once = models.TextField(max_length=2000, blank=True, validators=[no_nul])
    noticed_at = models.DateTimeField()
    due_at = models.DateTimeField(editable=False)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    reasons = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    notified = models.TextField(max_length=1000, blank=True, validators=[no_nul])  # whom, when, how
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    objects = OfPatientQuerySet["DataBreach"].as_manager()

    class Meta:
        ordering = ("-noticed_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(assessed_at=None, assessed_by=None, result="")
                | Q(assessed_at__isnull=False, assessed_by__isnull=False) & ~Q(result=""),
                name="breach_assessment_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, assessed_at__isnull=False),
                name="breach_closed_after_assessment",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(result="notifiable") | ~Q(notified=""),
                name="breach_notifiable_says_whom",
            ),
        ]
        indexes = [models.Index(fields=["practice", "-noticed_at"], name="breach_newest")]

    def __str__(self) -> str:
        return f"Breach noticed {self.noticed_at:%Y-%m-%d}"

    def clean(self) -> None:
        if self.noticed_at and self.noticed_at > timezone.now() + timedelta(minutes=5):
            raise ValidationError({"noticed_at": "This lies ahead. Write when it was noticed."})

    @property
    def state(self) -> str:
        return "closed" if self.closed_at else "assessed" if self.assessed_at else "open"
