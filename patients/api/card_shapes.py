"""Shapes of what a patient brings along: numbers of cards, and referrals."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from patients.models import Identifier
from practice.fields import Choice, Text, Whole
from practice.rest import StrictSerializer


class IdentifierShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    system = Choice(Identifier.System, required=True)
    value = Text(required=True, allow_blank=False, max_length=40)
    issuer = Text(max_length=80, help_text="The insurer or fund; needed for a member number.")
    valid_until = serializers.DateField(required=False, allow_null=True)


class ReferralShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    referrer = serializers.UUIDField(source="referrer_id", help_text="One of the practice's contacts.")
    referred_on = serializers.DateField(error_messages={"invalid": "Write a date that exists, such as 2026-11-02."})
    months = Whole(min_value=1, max_value=60)
    expires_on = serializers.DateField(required=False, allow_null=True, help_text="The first day it no longer counts.")
    visits = Whole(min_value=1, max_value=200)
    note = Text(max_length=200)
    created_at = serializers.DateTimeField(read_only=True)


def referral_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """Model columns. A null end says nothing, so that the months decide."""
    return {k: v for k, v in body.items() if not (k == "expires_on" and v is None and body.get("months"))}
