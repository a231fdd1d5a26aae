"""The whole practice on its way out: who asked, how far it is, how long it can be fetched."""

from __future__ import annotations

from django.db import models

from practice.models import Record, TenantQuerySet, User


class PracticeExport(Record):
    """One ZIP of everything. Written by the worker; the file goes when its time is over, the row stays."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for the worker"
        WORKING = "working", "Being written"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        OVER = "over", "No longer there"

    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING, editable=False)
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)  # a worker that died gives it back
    steps_done = models.PositiveSmallIntegerField(default=0, editable=False)
    steps_total = models.PositiveSmallIntegerField(default=0, editable=False)
    rows_total = models.PositiveBigIntegerField(default=0, editable=False)
    stored_as = models.CharField(max_length=64, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantQuerySet["PracticeExport"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["practice", "-created_at"], name="practice_export_by_day")]

    def __str__(self) -> str:
        return f"Export of {self.created_at:%d %b %Y}"

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.WORKING)

    @property
    def percent(self) -> int:
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0
