"""What the practice's clinician decided about the clinical content: written once, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from practice.models import AppendOnly, TenantQuerySet, no_nul


class ContentApproval(AppendOnly):
    """A version of the clinical content was read and approved. Who and when are `created_by` and `created_at`."""

    content_version = models.CharField(max_length=20)
    note = models.CharField(max_length=1000, blank=True, validators=[no_nul])

    objects = TenantQuerySet["ContentApproval"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"Clinical content v{self.content_version}"


class RuleDecision(AppendOnly):
    """From now on a rule weighs this much here. The newest decision counts; an empty level is what ships."""

    class Level(models.TextChoices):
        STOP = "stop", "Stops signing"
        REASON = "reason", "Needs a reason"
        WARN = "warn", "Take care"

    rule = models.CharField(max_length=60)
    level = models.CharField(max_length=6, choices=Level, blank=True)
    loosens = models.BooleanField(default=False)
    reason = models.CharField(max_length=1000, blank=True, validators=[no_nul])

    objects = TenantQuerySet["RuleDecision"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["practice", "rule", "-created_at"], name="decision_by_rule")]
        constraints = [
            models.CheckConstraint(
                condition=Q(loosens=False) | ~Q(reason=""),
                name="rule_loosened_with_a_reason",
                violation_error_message="A rule is loosened only with a written reason.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.level or 'as shipped'}"
