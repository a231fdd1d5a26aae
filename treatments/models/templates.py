"""Words that are written often: snippets that expand in a note, and templates that begin a session."""

from __future__ import annotations

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from practice.models import Record, Row, TenantQuerySet, User, no_nul
from treatments.models.session import NeedlingSession

SHORTCUT = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]*\Z", "A shortcut is made of small letters, digits, - and _, such as nk."
)


class OfferedQuerySet(TenantQuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """The practice's own, and those this person wrote for themselves; never a colleague's."""
        return super().visible_to(user).filter(Q(owner=None) | Q(owner=user))

    def offered_to(self, user: User) -> Self:
        return self.visible_to(user).filter(active=True)


class Offered(Record):
    """Offered to everybody of the practice, or (with an owner) to one person. Taken out of use, never deleted."""

    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    title = models.CharField(max_length=80, validators=[no_nul])
    active = models.BooleanField(default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def personal(self) -> bool:
        return self.owner_id is not None


class Snippet(Offered):
    """`;nk` in a note becomes its text. A person's own comes before the practice's of the same shortcut."""

    class Note(models.TextChoices):
        ANY = "", "Any note"
        SUBJECTIVE = "subjective", "Subjective"
        OBJECTIVE = "objective", "Objective"
        ASSESSMENT = "assessment", "Assessment"
        PLAN = "plan", "Plan"

    shortcut = models.CharField(max_length=20, validators=[SHORTCUT])
    note = models.CharField(max_length=10, choices=Note, blank=True, default=Note.ANY)
    text = models.TextField(max_length=4000, validators=[no_nul])

    objects = OfferedQuerySet["Snippet"].as_manager()

    class Meta:
        ordering = ("shortcut", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "shortcut"],
                condition=Q(owner=None, active=True),
                name="snippet_once_in_the_practice",
                violation_error_message="The practice has a snippet with this shortcut already. Choose another.",
            ),
            models.UniqueConstraint(
                fields=["owner", "shortcut"],
                condition=Q(owner__isnull=False, active=True),
                name="snippet_once_per_person",
                violation_error_message="You have a snippet with this shortcut already. Choose another.",
            ),
        ]


class SessionTemplate(Offered):
    """How a usual session begins: proposed sites as lines of shorthand, first words for the notes, what else is usual."""

    subjective = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    objective = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    assessment = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    plan = models.TextField(max_length=4000, blank=True, validators=[no_nul])
    lines = models.TextField(max_length=2000, blank=True, validators=[no_nul])
    position = models.CharField(max_length=10, choices=NeedlingSession.Position, blank=True)
    adjuncts = models.JSONField(default=list, blank=True)
    advice_given = models.JSONField(default=list, blank=True)

    objects = OfferedQuerySet["SessionTemplate"].as_manager()

    class Meta:
        ordering = ("title", "id")

    def texts(self) -> tuple[str, ...]:
        return self.subjective, self.objective, self.assessment, self.plan
