"""New people who fill in their own details by a link: invited, sent in, decided (docs/adr/0018)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from patients.models.people import OfPatientQuerySet, Patient
from practice.models import PublicLink, Record, Tenant, TenantQuerySet, User, no_nul


class RegistrationQuerySet(OfPatientQuerySet["Registration"]):
    def waiting(self) -> Self:
        """Sent in, and nobody has decided: oldest first."""
        return self.filter(state=Registration.State.SENT_IN).order_by("sent_in_at", "id")

    def told(self) -> Self:
        return self.select_related("practice", "answers", "created_by", "decided_by", "patient__merged_into")

    def to_forget(self, at: datetime) -> Self:
        return self.filter(forgotten_at=None, forget_at__lte=at)


class Registration(Record):
    """What was done with one registration by link, and by whom.

    Nothing here says who the person is, because history rows stay for good: what they wrote stands in their
    RegistrationAnswers, which go when their time is over.
    """

    class State(models.TextChoices):
        INVITED = "invited", "Link is out"
        SENT_IN = "sent_in", "To look at"
        ACCEPTED = "accepted", "New patient"
        TAKEN_IN = "taken_in", "Taken into a record"
        REJECTED = "rejected", "Not taken"
        WITHDRAWN = "withdrawn", "Link withdrawn"
        LAPSED = "lapsed", "Time ran out"

    OPEN = (State.INVITED, State.SENT_IN)

    class Way(models.TextChoices):
        EMAIL = "email", "By e-mail"
        SHOWN = "shown", "Shown at the desk"

    class Reason(models.TextChoices):
        TWICE = "twice", "Sent in twice"
        NOT_COMING = "not_coming", "Does not come after all"
        NOT_REAL = "not_real", "Not a real person"
        OTHER = "other", "Something else"

    state = models.CharField(max_length=9, choices=State, default=State.INVITED, editable=False)
    way = models.CharField(max_length=5, choices=Way)
    sent_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the person said about documents by e-mail, and the words they read when they said it.
    documents_by_email_ok = models.BooleanField(default=False, editable=False)
    documents_by_email_words = models.CharField(max_length=500, blank=True, editable=False, validators=[no_nul])
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    patient = models.ForeignKey(
        Patient, models.PROTECT, related_name="registrations", null=True, blank=True, editable=False
    )
    forget_at = models.DateTimeField()  # the answers go then, as the person was told
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["practice", "state", "sent_in_at"], name="registration_by_state"),
            models.Index(fields=["practice", "-created_at", "-id"], name="registration_newest"),
            models.Index(fields=["forget_at"], name="registration_to_forget", condition=Q(forgotten_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "taken_in"], patient__isnull=False)
                | ~Q(state__in=["accepted", "taken_in"]) & Q(patient=None),
                name="registration_taken_over_says_whose",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "taken_in", "rejected", "withdrawn"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["invited", "sent_in", "lapsed"], decided_by=None, decided_at=None),
                name="registration_decided_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent_in", "accepted", "taken_in", "rejected"], sent_in_at__isnull=False)
                | Q(state__in=["invited", "withdrawn"], sent_in_at=None)
                | Q(state="lapsed"),
                name="registration_sent_in_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected") & ~Q(reason="") | ~Q(state="rejected") & Q(reason=""),
                name="registration_rejected_says_why",
                violation_error_message="Choose why it is not taken.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.SENT_IN

    @property
    def is_invited(self) -> bool:
        return self.state == self.State.INVITED


class RegistrationLink(PublicLink):
    """One of the addresses that open a registration: made when a mail is written or the code is shown."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="links")

    objects = TenantQuerySet["RegistrationLink"].as_manager()

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"Link until {self.expires_at:%d %b %Y}"


class RegistrationAnswers(Tenant):
    """Whom the link was for, and what they wrote. No history and no copy anywhere: deleted means gone."""

    registration = models.OneToOneField(Registration, models.PROTECT, related_name="answers")
    called = models.CharField(max_length=120, blank=True, validators=[no_nul])  # as the desk calls them until then
    email = models.EmailField(blank=True)  # where the link went
    said = models.JSONField(default=dict, blank=True)  # see patients/own_words.py
    note = models.CharField(max_length=250, blank=True, validators=[no_nul])  # of who decided

    objects = TenantQuerySet["RegistrationAnswers"].as_manager()

    def __str__(self) -> str:
        return f"Answers of {self.created_at:%d %b %Y}"
