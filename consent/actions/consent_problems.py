"""Why a consent cannot be recorded as it was sent: every field at once, each with its cure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from consent import policy
from consent.coverage import DECISIONS, SCOPES
from consent.models import Consent, ConsentText
from patients.models import Patient
from practice.models import User

CLOCK_SKEW = timedelta(minutes=5)


def problems_of(
    patient: Patient, text: ConsentText, values: Mapping[str, Any], given_at: datetime, *, by: User, at: datetime
) -> dict[str, str]:
    problems = _text_problems(text, given_at)
    problems |= _decision_problems(text, values.get("decisions", {}))
    problems |= _risk_problems(text, values, by)
    problems |= _time_problems(patient, given_at, at)
    return problems | _speaker_problems(values)


def _text_problems(text: ConsentText, given_at: datetime) -> dict[str, str]:
    """Published, and not replaced when the consent was given: nobody agrees to words that are no longer used."""
    if text.published_at is None:
        return {"text": "Choose a published text."}
    family = ConsentText.objects.filter(practice=text.practice_id, language=text.language)
    newer = family.filter(published_at__gt=text.published_at, published_at__lte=given_at).newest_first().first()
    if newer is None or newer.published_at is None:
        return {}
    day = timezone.localdate(newer.published_at, text.practice.zone)
    said = f"Version {newer.text_version} replaced this text on {day.day} {day:%b %Y}. Read that version, then consent."
    return {"text": said}


def _decision_problems(text: ConsentText, decisions: Mapping[str, Any]) -> dict[str, str]:
    offered = {item["key"] for item in text.scope_items}
    problems = {}
    for scope, decision in decisions.items():
        if scope not in offered or scope not in SCOPES:
            problems[f"decisions.{scope}"[:80]] = "The text does not offer this."
        elif decision not in DECISIONS:
            problems[f"decisions.{scope}"] = "Say given, refused or not_offered."
    if decisions.get("general") not in ("given", "refused"):
        problems["decisions.general"] = "Say yes or no to dry needling in general."
    return problems


def _risk_problems(text: ConsentText, values: Mapping[str, Any], by: User) -> dict[str, str]:
    discussed = values.get("risks_discussed", [])
    if unknown := set(discussed) - {risk["key"] for risk in text.risks}:
        return {"risks_discussed": f"The text does not name this risk: {sorted(unknown)[0]}."}
    if discussed and not policy.can_explain_risks(by):
        return {"risks_discussed": "Risks are explained by a practitioner. Leave this empty."}
    return {}


def _time_problems(patient: Patient, given_at: datetime, at: datetime) -> dict[str, str]:
    problems = {}
    if given_at > at + CLOCK_SKEW:
        problems["given_at"] = "A consent cannot be given in the future."
    if patient.practice.local_date(given_at) < patient.date_of_birth:
        problems["given_at"] = "This is before the patient was born."
    return problems


def _speaker_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """Who spoke for the patient is named, with what makes them the one; spoken words need ears or a reason."""
    problems = {}
    spoke_for = values.get("given_by_kind") or Consent.GivenBy.PATIENT
    if spoke_for != Consent.GivenBy.PATIENT:
        if not values.get("given_by_name", "").strip():
            problems["given_by.name"] = "Write the name of the guardian or attorney."
        if not values.get("given_by_relation", "").strip():
            problems["given_by.relation"] = "Write what they are to the patient: mother, appointed attorney."
    told = values.get("witness", "").strip() or values.get("not_signed_reason", "").strip()
    if values.get("method") == Consent.Method.VERBAL and not told:
        problems["witness"] = "Name who heard the spoken consent, or write why it was not signed."
    return problems
