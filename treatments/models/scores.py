"""Outcome scores: one instrument, one moment. Corrected with history, withdrawn with a reason, never deleted."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from patients.models import OfPatientQuerySet, Patient
from practice.models import Record, Side, User, no_nul
from treatments.instruments import instruments
from treatments.models.session import Episode, NeedlingSession


def _in_range() -> Q:
    """Each instrument of the catalogue with its own limits; no other instrument at all."""
    allowed = Q()
    for one in instruments().values():
        allowed |= Q(instrument=one.key, value__gte=one.least, value__lte=one.most)
    return allowed


class ScoreQuerySet(OfPatientQuerySet["Score"]):
    def standing(self) -> Self:
        """What counts: not withdrawn, and not of a session that is void or was discarded."""
        gone = [NeedlingSession.Status.VOID, NeedlingSession.Status.DISCARDED]
        return self.filter(Q(withdrawn_at=None) & (Q(session=None) | ~Q(session__status__in=gone)))


class Score(Record):
    """`value` in the instrument's own unit. `items` holds the activities of an instrument that is computed from them:
    [{"text", "score" 0-10}]. `location` names the place or the movement where the instrument has one."""

    class Timing(models.TextChoices):
        BEFORE = "before", "Before the session"
        AFTER = "after", "After the session"
        BETWEEN = "between", "Between sessions"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="scores")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, blank=True, related_name="scores")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, null=True, blank=True, related_name="scores")
    instrument = models.CharField(max_length=40, choices=[(i.key, i.name) for i in instruments().values()])
    value = models.DecimalField(max_digits=6, decimal_places=1)
    items = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()
    timing = models.CharField(max_length=7, choices=Timing, default=Timing.BETWEEN)
    side = models.CharField(max_length=8, choices=Side, blank=True)
    location = models.CharField(max_length=120, blank=True, validators=[no_nul])
    note = models.CharField(max_length=500, blank=True, validators=[no_nul])
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    withdrawn_reason = models.CharField(max_length=500, blank=True, editable=False, validators=[no_nul])

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["patient", "instrument", "-at"], name="score_by_patient"),
            models.Index(fields=["practice", "-at", "-id"], name="score_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_in_range(),
                name="score_in_the_range_of_its_instrument",
                violation_error_message="The score lies outside the range of its instrument.",
            ),
            models.CheckConstraint(
                condition=Q(timing="between") | Q(session__isnull=False),
                name="score_before_or_after_a_session",
                violation_error_message="Before or after which session? Choose it, or choose between sessions.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="score_withdrawn_when_by_whom_and_why",
            ),
            models.UniqueConstraint(
                fields=["patient", "instrument", "at", "timing", "side", "location"],
                condition=Q(withdrawn_at=None),
                name="score_once_at_its_time_and_place",
                violation_error_message="This score is already recorded for that time and place. Correct that one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_instrument_display()} of {self.at:%d %b %Y}"
