"""Outgoing mail: one row per message, written with the event that caused it, sent later by a worker."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from practice.models.ground import Record, TenantQuerySet, User, no_nul


class OutgoingEmailQuerySet(TenantQuerySet["OutgoingEmail"]):
    def due(self, at: datetime) -> Self:
        """What a worker may take now: never tried, to be tried again, or left behind by a worker that died."""
        waiting = Q(state__in=OutgoingEmail.WAITING, next_at__lte=at)
        return self.filter(waiting | Q(state=OutgoingEmail.State.SENDING, lease_until__lte=at))


class OutgoingEmail(Record):
    """A message that will go out, went out, or did not.

    It holds no text of the message: `about` names by id what it is about, and the text is composed when it is sent.
    `to` and `subject` are what was read then. `last_error` is a sentence of ours, never the server's words, which may
    repeat an address.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waits to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Will be tried again"
        DEAD = "dead", "Not sent"
        CANCELLED = "cancelled", "Held back"

    WAITING = (State.QUEUED, State.FAILED)
    AGAIN = (State.FAILED, State.DEAD, State.CANCELLED)  # a person may send these again

    event_key = models.CharField(max_length=200, unique=True, validators=[no_nul])
    template = models.CharField(max_length=40)
    about = models.JSONField(default=dict, blank=True)  # {"patient": id, ...}: ids only
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200, blank=True, validators=[no_nul])
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # From here on the server may have it: set before the last byte goes, emptied when it said no.
    handed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    to_see_to = models.BooleanField(default=False)  # a person has to know: it is on the front desk's list
    seen_to_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    seen_to_how = models.CharField(max_length=200, blank=True, validators=[no_nul])

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
                name="outgoing_email_sent_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease__isnull=False, lease_until__isnull=False),
                name="outgoing_email_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "dead", "cancelled"]) | ~Q(last_error=""),
                name="outgoing_email_failure_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="outgoing_email_due", condition=Q(state__in=["queued", "failed"])
            ),
            models.Index(fields=["lease_until"], name="outgoing_email_leased", condition=Q(state="sending")),
            models.Index(fields=["practice", "-created_at", "-id"], name="outgoing_email_newest"),
            models.Index(
                fields=["practice", "-updated_at"], name="outgoing_email_to_see_to", condition=Q(to_see_to=True)
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.template

    @property
    def can_try_again(self) -> bool:
        return self.state in self.AGAIN


class WorkerBeat(models.Model):
    """When a worker was last at work: one row, so that the readiness probe can say so. No record."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
