"""The end of a day: somebody looked at the rooms, the board of needles and the notes, and says what was found."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from practice.models import AppendOnly, TenantQuerySet, no_nul


class DayCheckQuerySet(TenantQuerySet["DayCheck"]):
    def of_day(self, on: date) -> Self:
        """Newest first: a day can be looked at again."""
        return self.filter(on=on).select_related("created_by").order_by("-created_at", "-id")


class DayCheck(AppendOnly):
    """Who looked and when are `created_by` and `created_at`; the counts are what the records said then."""

    on = models.DateField()
    needles_in = models.PositiveSmallIntegerField()  # not counted out, over all open sessions
    unsigned = models.PositiveSmallIntegerField()  # sessions of that day that nobody has signed
    note = models.CharField(max_length=1000, blank=True, validators=[no_nul])

    objects = DayCheckQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-created_at", "-id")
        indexes = [models.Index(fields=["practice", "-on", "-created_at"], name="day_check_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(needles_in=0) | ~Q(note=""),
                name="day_check_explains_needles",
                violation_error_message="Write what is known of the needles that are still in.",
            )
        ]

    def __str__(self) -> str:
        return f"End of {self.on:%d %b %Y}"
