"""A session that was written for the wrong patient, and the one written again for the right one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from practice.models import AppendOnly, TenantQuerySet, no_nul
from treatments.models.session import NeedlingSession


class RewriteQuerySet(TenantQuerySet["Rewrite"]):
    def told(self) -> RewriteQuerySet:
        return self.select_related("wrong__patient", "right__patient", "created_by")


class Rewrite(AppendOnly):
    """Who did it and when are `created_by` and `created_at`. The two sessions stay what they are: neither moved."""

    wrong = models.OneToOneField(NeedlingSession, models.PROTECT, related_name="rewritten_as")
    right = models.OneToOneField(NeedlingSession, models.PROTECT, related_name="rewritten_from")
    reason = models.CharField(max_length=900, validators=[no_nul])

    objects = RewriteQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(wrong=F("right")), name="rewrite_is_another_session"),
            models.CheckConstraint(condition=~Q(reason=""), name="rewrite_says_why"),
        ]

    def __str__(self) -> str:
        return f"Rewritten {self.created_at:%d %b %Y}"
