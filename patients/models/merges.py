"""Two records of one person: found, decided, merged, and merged no more."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from patients.models.people import Patient
from practice.models import Practice, Record, TenantQuerySet, User


class DuplicatePairQuerySet(TenantQuerySet["DuplicatePair"]):
    def waiting(self) -> Self:
        """Still to be decided, of records that both stand."""
        open_ones = self.filter(state=DuplicatePair.State.OPEN)
        return open_ones.filter(first__merged_into=None, second__merged_into=None)

    def of_both(self, one: Patient, other: Patient) -> Self:
        first, second = sorted((one.pk, other.pk))
        return self.filter(first=first, second=second)


class DuplicatePair(Record):
    """Two records that may be one person, and what somebody decided about them. One row per pair, for good."""

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        DIFFERENT = "different", "Not the same person"
        UNLIKE = "unlike", "No longer alike"  # one of the two was corrected; nobody had to decide

    first = models.ForeignKey(Patient, models.PROTECT, related_name="+")  # the smaller id: a pair has one row
    second = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    score = models.FloatField()  # 0 to 1 (patients/likeness.py)
    reason = models.CharField(max_length=250)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    at_registration = models.BooleanField(default=False)  # decided while the newer of the two was registered
    fingerprint = models.CharField(max_length=64)  # of what was compared: decided again only when that changes

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "id")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="duplicate_pair_says_when_and_who",
            ),
        ]
        indexes = [models.Index(fields=["practice", "state", "-score", "id"], name="duplicate_pair_list")]

    def __str__(self) -> str:
        return self.reason


class DuplicateHunt(models.Model):
    """How far the search for duplicates has looked, per practice: a bookmark of the worker, no record."""

    practice = models.OneToOneField(Practice, models.PROTECT, related_name="+", primary_key=True)
    looked_until = models.DateTimeField(null=True, blank=True)


class MergeQuerySet(TenantQuerySet["Merge"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Merge(Record):
    """One record was said to be the same person as another. No row moved; undoing it gives back what was taken."""

    winner = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    loser = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    taken = models.JSONField(default=dict, blank=True)  # field of the winner -> [value before, value after]
    brought = models.JSONField(
        default=list, blank=True
    )  # ids of those merged into the loser before: they lead to the winner now
    reason = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    stayed = models.JSONField(
        default=dict, blank=True
    )  # on undoing: fields that had been changed since, and what they say

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(winner=models.F("loser")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["loser"],
                condition=Q(undone_at=None),
                name="merged_into_one_at_a_time",
                violation_error_message="This record was merged already.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_says_when_and_who",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["practice", "-at", "-id"], name="merge_by_time")]

    def __str__(self) -> str:
        return "merge"

    @property
    def is_standing(self) -> bool:
        return self.undone_at is None
