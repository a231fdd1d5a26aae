"""Who sent the patient, when, and for how long that counts."""

from calendar import monthrange
from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from patients.models.people import Contact, OfPatientQuerySet, Patient
from practice.models import Record, no_nul

SOON = 30  # days before its end in which a referral is marked as running out


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Referral(Record):
    """A referral as it was written: by whom, on which day, until when and for how many visits."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    referred_on = models.DateField()
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    expires_on = models.DateField(null=True, blank=True)  # the first day it no longer counts; empty: no end is written
    visits = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    note = models.CharField(max_length=200, blank=True, validators=[no_nul])

    objects = OfPatientQuerySet["Referral"].as_manager()

    class Meta:
        ordering = ("-referred_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=models.F("referred_on")),
                name="referral_ends_after_it_is_written",
                violation_error_message="A referral cannot end before it is written.",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "-referred_on"], name="referral_of_patient")]

    def __str__(self) -> str:
        return f"{self.referrer}, {self.referred_on:%d.%m.%Y}"

    @property
    def given_end(self) -> date | None:
        """The end, where it was written as a day and does not follow from the months."""
        counted = self.months and months_after(self.referred_on, self.months) == self.expires_on
        return None if counted else self.expires_on

    def state_on(self, day: date) -> str:
        """`current`, `soon` (runs out within a month) or `over`."""
        if self.expires_on is None or (self.expires_on - day).days > SOON:
            return "current"
        return "soon" if self.expires_on > day else "over"
