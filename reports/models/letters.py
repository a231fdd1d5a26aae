"""A letter while it is written: the practitioner's text, kept on the server from the first word."""

from __future__ import annotations

from typing import Self

from django.db import models

from patients.models import Contact, OfPatientQuerySet, Patient
from practice.models import Record, User, no_nul
from treatments.models import Episode, NeedlingSession

LONG, SHORT = 8000, 200
TEXTS = ("presentation", "treatment", "response", "plan", "remarks")  # paragraphs, in the order they are read
LINES = ("addressee", "salutation", "regarding", "farewell", "enclosures")
ADDRESSEE = 600
LENGTHS = {**dict.fromkeys(TEXTS, LONG), **dict.fromkeys(LINES, SHORT), "addressee": ADDRESSEE}


class LetterQuerySet(OfPatientQuerySet["Letter"]):
    def current(self) -> Self:
        """Without discarded ones, which are kept but hidden."""
        return self.filter(discarded_at=None)


class Letter(Record):
    """To a GP, a referrer or anybody else about a patient. Filled in from the record, then the author's own words.

    The short facts of the letter are no columns: they are read from the record whenever it is drawn, and the author
    only leaves some out. Issuing stores a document; the letter can be changed and issued again, which supersedes.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="letters")
    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="letters", null=True, blank=True)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="letters", null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", null=True, blank=True)
    addressee = models.TextField(
        max_length=ADDRESSEE, blank=True, validators=[no_nul]
    )  # one line each, as on the envelope
    salutation = models.CharField(max_length=SHORT, blank=True, validators=[no_nul])
    regarding = models.CharField(max_length=SHORT, blank=True, validators=[no_nul])
    presentation = models.TextField(max_length=LONG, blank=True, validators=[no_nul])
    treatment = models.TextField(max_length=LONG, blank=True, validators=[no_nul])
    response = models.TextField(max_length=LONG, blank=True, validators=[no_nul])
    plan = models.TextField(max_length=LONG, blank=True, validators=[no_nul])
    remarks = models.TextField(max_length=LONG, blank=True, validators=[no_nul])
    farewell = models.CharField(max_length=SHORT, blank=True, validators=[no_nul])
    enclosures = models.CharField(max_length=SHORT, blank=True, validators=[no_nul])
    left_out = models.JSONField(default=list, blank=True)  # keys of the facts the author does not want in it
    filled_in = models.JSONField(default=dict, blank=True, editable=False)  # the words that came from the record
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at", "-id")
        indexes = [
            models.Index(fields=["patient", "-updated_at"], name="letter_by_patient"),
            models.Index(fields=["author", "-updated_at"], name="letter_by_author"),
        ]

    def __str__(self) -> str:
        return "Letter"

    def changed_by_hand(self) -> dict[str, bool]:
        """Which texts the author wrote over since they were filled in from the record."""
        return {name: getattr(self, name).strip() != str(self.filled_in.get(name, "")).strip() for name in TEXTS}
