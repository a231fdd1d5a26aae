"""Referrals: recorded as they are written, and corrected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients import policy
from patients.models import Contact, Patient, Referral
from patients.models.referrals import months_after
from practice.history import keep, lock
from practice.models import User


@transaction.atomic
def add_referral(*, patient: Patient, values: Mapping[str, Any], by: User, at: datetime) -> Referral:
    """Its end is counted from the months written on it, unless a day is given. Raises ValidationError per field."""
    if not policy.can_change(by, patient):
        raise PermissionDenied
    return keep(checked_referral(patient, values, by=by, at=at), by=by, why="referral recorded")


@transaction.atomic
def change_referral(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> Referral:
    """It was typed wrongly; the history keeps what it said. An end that was given as a day stays when only the day it was
    written on is corrected. Raises ValidationError per field."""
    rows = Referral.objects.visible_to(by).select_related("practice", "patient", "referrer")
    referral = lock(rows, pk, version=version)
    if not policy.can_change(by, referral.patient):
        raise PermissionDenied
    return keep(_filled(referral, values, by=by, at=at), by=by, why="referral corrected")


def checked_referral(patient: Patient, values: Mapping[str, Any], *, by: User, at: datetime) -> Referral:
    """The row, not stored yet."""
    return _filled(Referral(practice=patient.practice, patient=patient), values, by=by, at=at)


def _filled(referral: Referral, values: Mapping[str, Any], *, by: User, at: datetime) -> Referral:
    problems = {}
    for name, value in values.items():
        if name != "referrer_id":
            setattr(referral, name, value)
    if "referrer_id" in values or referral.referrer_id is None:
        contact = Contact.objects.visible_to(by).filter(pk=values.get("referrer_id")).first()
        if contact is None:
            problems["referrer"] = "Choose who wrote the referral from the practice's contacts."
        else:
            referral.referrer = contact
    if referral.referred_on is None:
        problems["referred_on"] = "Write the day that stands on the referral."
    elif referral.referred_on > referral.practice.local_date(at):
        problems["referred_on"] = "This day lies in the future. Write the day that stands on the referral."
    if problems:
        raise ValidationError(problems)
    if "expires_on" not in values:
        if referral.months and {"months", "referred_on"} & values.keys():
            referral.expires_on = months_after(referral.referred_on, referral.months)
        elif "months" in values and not referral.months:
            referral.expires_on = None
    if referral.expires_on and referral.expires_on <= referral.referred_on:
        raise ValidationError({"expires_on": "A referral cannot end before it is written."})
    return referral
