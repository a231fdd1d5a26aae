"""How long a record is kept, as the API says it."""

from datetime import date
from typing import Any

from rest_framework import serializers

from patients.destroying import keeping_of
from patients.models import LegalHold, Patient


class RetentionShape(serializers.Serializer[Any]):
    last_entry_on = serializers.DateField()
    keep_until = serializers.DateField(help_text="The first day on which it may be destroyed.")
    rule = serializers.CharField()
    stands_in = serializers.CharField(help_text="The law or rule it is by.")
    legal_hold = serializers.BooleanField()
    may_be_destroyed = serializers.BooleanField()


def retention_body(patient: Patient, *, today: date) -> dict[str, Any]:
    kept, held = keeping_of(patient), LegalHold.objects.of_patient(patient).standing().exists()
    return {
        "last_entry_on": kept.last_entry_on,
        "keep_until": kept.until,
        "rule": kept.in_words,
        "stands_in": kept.rule.source,
        "legal_hold": held,
        "may_be_destroyed": kept.is_over(today) and not held,
    }
