"""Keeping and destroying: legal holds, destructions that two people decide, and the register of what was destroyed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from patients.models.people import OfPatientQuerySet, Patient
from practice.models import AppendOnly, Record, TenantQuerySet, User, no_nul


class LegalHoldQuerySet(OfPatientQuerySet["LegalHold"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class LegalHold(Record):
    """A claim, a complaint, an order of a court: while it stands, nothing of this person is destroyed."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=500, validators=[no_nul])
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    lifted_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[no_nul])

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
                name="legal_hold_lifted_by_somebody_with_a_reason",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="legal_hold_of_patient")]

    def __str__(self) -> str:
        return self.reason


class Destruction(Record):
    """One person proposes that a record is destroyed, another one does it. It names the patient by id only: no foreign
    key, because this row stays."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        WITHDRAWN = "withdrawn", "Taken back"
        CONFIRMED = "confirmed", "Under way"  # only inside the transaction that destroys
        DESTROYED = "destroyed", "Destroyed"

    patient_id = models.UUIDField(db_index=True)
    record_number = models.PositiveIntegerField()
    reason = models.CharField(max_length=500, validators=[no_nul])
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["Destruction"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="destruction_takes_two_people",
                violation_error_message="Somebody else than who proposed it has to confirm.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn"), confirmed_by=None)
                | Q(state__in=("confirmed", "destroyed"), confirmed_by__isnull=False),
                name="destruction_is_confirmed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["patient_id"],
                condition=Q(state__in=("proposed", "confirmed")),
                name="destruction_proposed_once",
                violation_error_message="It is proposed already, and waits for a second person.",
            ),
        ]

    def __str__(self) -> str:
        return f"No. {self.record_number:06d}"


class DestroyedRecord(AppendOnly):
    """The register: which record was destroyed, what span it covered, who decided and why. Nothing clinical. The name
    stands here because the law of Victoria and New South Wales asks for it."""

    stays_for_good: ClassVar[bool] = True

    destruction = models.OneToOneField(Destruction, models.PROTECT, related_name="entry")
    record_number = models.PositiveIntegerField()
    other_record_numbers = models.JSONField(default=list, blank=True)  # of records merged into it
    name = models.CharField(max_length=250)
    registered_on = models.DateField()
    last_entry_on = models.DateField()
    kept_until = models.DateField()
    rule = models.CharField(max_length=300)
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    rows = models.JSONField()  # table -> how many rows
    sha256 = models.CharField(max_length=64)  # of everything that was destroyed, to recognise a copy by

    objects = TenantQuerySet["DestroyedRecord"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["practice", "-created_at"], name="destroyed_record_by_day")]

    def __str__(self) -> str:
        return f"No. {self.record_number:06d}"
