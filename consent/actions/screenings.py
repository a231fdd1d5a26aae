"""Screening: answers on one day, reviewed by a practitioner before they count."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from consent import policy, screening_form
from consent.models import Screening
from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User

CLOCK_SKEW = timedelta(minutes=5)


class NothingToReview(Refused):
    code = "screening_incomplete"
    message = "This screening is not complete. Answer the questions that are left first."


@transaction.atomic
def record_screening(*, patient: Patient, values: Mapping[str, Any], by: User, at: datetime) -> Screening:
    """Write the answers down. A key not answered makes it incomplete; incomplete never counts as reviewed."""
    if not policy.can_screen(by, patient):
        raise PermissionDenied
    taken_at = values.get("taken_at") or at
    problems = screening_form.problems(values["answers"])
    if taken_at > at + CLOCK_SKEW:
        problems["taken_at"] = "A screening cannot be taken in the future."
    if values.get("reviewed") and not policy.can_review(by, patient):
        problems["reviewed"] = "Only a practitioner reviews a screening."
    if problems:
        raise ValidationError(problems)
    complete = screening_form.is_complete(values["answers"])
    reviewed = bool(values.get("reviewed")) and complete
    screening = Screening(
        practice=patient.practice,
        patient=patient,
        taken_at=taken_at,
        filled_by=values.get("filled_by") or Screening.FilledBy.PRACTITIONER,
        answers=[_answer(a) for a in values["answers"]],
        complete=complete,
        content_version=screening_form.CONTENT_VERSION,
        reviewed_by=by if reviewed else None,
        reviewed_at=at if reviewed else None,
    )
    return keep(screening, by=by, why="screening taken")


@transaction.atomic
def review_screening(*, pk: UUID, by: User, at: datetime, version: int | None = None) -> Screening:
    screening = lock(Screening.objects.visible_to(by).select_related("patient", "practice"), pk, version=version)
    if not policy.can_review(by, screening.patient):
        raise PermissionDenied
    if not screening.complete:
        raise NothingToReview
    if screening.reviewed_at is None:
        screening.reviewed_by, screening.reviewed_at = by, at
        keep(screening, by=by, why="screening reviewed")
    return screening


@transaction.atomic
def confirm_unchanged(*, earlier: Screening, by: User, at: datetime) -> Screening:
    """The patient says today that nothing has changed: yesterday's answers, said again, as today's screening."""
    if not policy.can_review(by, earlier.patient):
        raise PermissionDenied
    values = {
        "taken_at": at,
        "filled_by": Screening.FilledBy.PRACTITIONER,
        "answers": earlier.answers,
        "reviewed": True,
    }
    return record_screening(patient=earlier.patient, values=values, by=by, at=at)


def _answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": answer["key"],
        "answer": answer["answer"],
        "detail": answer.get("detail") or "",
        "side": answer.get("side") or None,
        "area": answer.get("area") or None,
    }
