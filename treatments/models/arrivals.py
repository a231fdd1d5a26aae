"""Who is here: a patient who has come to the desk, waiting for a practitioner. No times are booked here, only seen."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import Record, User, no_nul
from treatments.models.session import NeedlingSession


class ArrivalQuerySet(OfPatientQuerySet["Arrival"]):
    def of_day(self, on: date) -> Self:
        """A day of the practice, in the order of arrival."""
        return self.filter(on=on).order_by("arrived_at", "id")

    def waiting(self) -> Self:
        return self.filter(state=Arrival.State.WAITING)

    def told(self) -> Self:
        """With what a row says: one query."""
        return self.select_related(
            "patient__practice", "patient__merged_into__practice", "practitioner", "session__practitioner", "ended_by"
        )


class Arrival(Record):
    """One coming of a patient on one day. `practitioner` is whom they wait for; who treated them says the session.

    It ends once: a session was begun with them, they left again, or it was marked by mistake.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "In treatment"
        LEFT = "left", "Left without treatment"
        MISTAKE = "mistake", "Marked by mistake"

    WITHDRAWN = (State.LEFT, State.MISTAKE)

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="arrivals")
    practitioner = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField(editable=False)  # the day where the practice is: yesterday's wait is over
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING, editable=False)
    session = models.ForeignKey(
        NeedlingSession, models.PROTECT, null=True, blank=True, related_name="arrivals", editable=False
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    reason = models.CharField(max_length=250, blank=True, editable=False, validators=[no_nul])

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering = ("-arrived_at", "-id")
        indexes = [
            models.Index(fields=["practice", "on", "arrived_at"], name="arrival_by_day"),
            models.Index(fields=["practice", "-arrived_at", "-id"], name="arrival_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "on"],
                condition=Q(state="waiting"),
                name="arrival_waits_once_a_day",
                violation_error_message="This patient is marked as waiting already.",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", session=None, ended_at=None, ended_by=None, reason="")
                | Q(state="taken", session__isnull=False, ended_at__isnull=False, ended_by__isnull=False, reason="")
                | Q(state__in=["left", "mistake"], session=None, ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(reason=""),
                name="arrival_ends_with_when_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Arrival of {self.on:%d %b %Y}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
