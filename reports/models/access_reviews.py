"""That somebody looked into an opening of a record that was worth a question."""

from django.db import models

from practice.models import AccessEntry, AppendOnly, TenantQuerySet, no_nul


class AccessReview(AppendOnly):
    """Who looked into it, when, and what they found. Written once."""

    entry = models.ForeignKey(AccessEntry, models.PROTECT, related_name="reviews")
    note = models.TextField(max_length=1000, validators=[no_nul])

    objects = TenantQuerySet["AccessReview"].as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"Looked into on {self.created_at:%d %b %Y}"
