"""Under which words patients are found. Derived from the patients, written by the door whenever one is saved
(patients/search_index.py), rebuilt by `manage.py index_patients`: an index and no record, so it has no history."""

from typing import ClassVar

from django.db import models

from practice.models import Practice


class SearchWord(models.Model):
    """A word that somebody in the practice is found under; each is kept once, however many have it."""

    id = models.BigAutoField(primary_key=True)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=1)  # patients.search_words: name, phone from its end, e-mail
    text = models.CharField(max_length=80)
    sounds = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "text"], name="search_word_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["practice", "kind", "text"],
                name="search_word_by_beginning",
                opclasses=["uuid_ops", "varchar_pattern_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["practice", "sounds"],
                name="search_word_by_sound",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SearchSlip(models.Model):
    """A name less one letter: what two names one slip apart have in common."""

    id = models.BigAutoField(primary_key=True)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=24)
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key", "word"], name="search_slip_once")]


class SearchLink(models.Model):
    """Who is found under a word, and when they were born: a search judges thousands by name and year from this index
    alone. The id alone, without a foreign key: the link follows the patient, never holds it."""

    id = models.BigAutoField(primary_key=True)
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="+", db_index=False)
    patient_id = models.UUIDField(db_index=True)
    born = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "patient_id", "born"], name="search_link_once")]
