"""Outcome scores: recorded, corrected (the history keeps what was said before), withdrawn with a reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from patients.models import Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from treatments import policy
from treatments.instruments import ITEM_HIGH, ITEM_LOW, Instrument, instruments, plain
from treatments.models import Episode, NeedlingSession, Score

CLOCKS_DIFFER = timedelta(minutes=5)


class ScoreWithdrawn(Refused):
    code = "score_withdrawn"
    message = "This score is withdrawn. Record it anew."


@transaction.atomic
def record_score(
    *,
    patient: Patient,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    episode: Episode | None = None,
    session: NeedlingSession | None = None,
) -> Score:
    """One score of a patient, with the course and the session it belongs to. `values["at"]` is when it was taken,
    now when left out. An instrument with items computes its total; a total sent beside them has to agree."""
    if not policy.can_record_score(by) or any(
        row is not None and row.practice_id != by.practice_id for row in (patient, episode, session)
    ):
        raise PermissionDenied
    _same_patient(patient, episode, session)
    if session is not None and episode is None:
        episode = session.episode
    score = Score(practice=by.practice, patient=patient, episode=episode, session=session)
    _take(score, {"at": at} | dict(values), now=at)
    return keep(score, by=by, why="score recorded")


@transaction.atomic
def change_score(
    *, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int, reason: str = ""
) -> Score:
    """Correct a score. What stood there before stays in its history, with the reason."""
    score = _locked(pk, by=by, version=version)
    if score.withdrawn_at is not None:
        raise ScoreWithdrawn
    _take(score, values, now=at)
    return keep(score, by=by, why=f"corrected: {reason.strip()}"[:200] if reason.strip() else "corrected")


@transaction.atomic
def withdraw_score(*, pk: UUID, reason: str, by: User, at: datetime, version: int) -> Score:
    """Take a score that should not be there out of the course: it stays in the record, struck through, with the reason."""
    score = _locked(pk, by=by, version=version)
    if score.withdrawn_at is not None:
        raise ScoreWithdrawn("This score is already withdrawn.")
    if not reason.strip():
        raise ValidationError({"reason": "Write why it is withdrawn. It stays in the record."})
    score.withdrawn_at, score.withdrawn_by, score.withdrawn_reason = at, by, reason.strip()
    return keep(score, by=by, why="withdrawn")


def _locked(pk: UUID, *, by: User, version: int) -> Score:
    score = lock(Score.objects.visible_to(by).select_related("practice", "patient"), pk, version=version)
    if not policy.can_change_score(by, score):
        raise PermissionDenied
    return score


def _same_patient(patient: Patient, episode: Episode | None, session: NeedlingSession | None) -> None:
    """Also after a merge: rows of the merged patient are the winner's."""
    problems = {}
    if episode is not None and not Episode.objects.of_patient(patient).filter(pk=episode.pk).exists():
        problems["episode"] = "Choose a course of care of this patient."
    if session is not None and not NeedlingSession.objects.of_patient(patient).filter(pk=session.pk).exists():
        problems["session"] = "Choose a session of this patient."
    if problems:
        raise ValidationError(problems)


def _take(score: Score, values: Mapping[str, Any], *, now: datetime) -> None:
    """Every problem at once, each beside its field."""
    sent = dict(values)
    value = sent.pop("value", None if "items" in sent else score.value)
    for name, given in sent.items():
        setattr(score, name, given)
    instrument = instruments().get(score.instrument)
    if instrument is None:
        raise ValidationError({"instrument": "Choose an instrument of the list."})
    problems = _problems_of_time(score, now) | _total(score, instrument, value)
    if problems:
        raise ValidationError(problems)


def _problems_of_time(score: Score, now: datetime) -> dict[str, str]:
    problems = {}
    if score.at > now + CLOCKS_DIFFER:
        problems["at"] = "This lies in the future. Give the time it was taken."
    if score.timing != Score.Timing.BETWEEN and score.session_id is None:
        problems["timing"] = "Before or after which session? Choose it, or choose between sessions."
    return problems


def _total(score: Score, instrument: Instrument, value: Decimal | None) -> dict[str, str]:
    """Sets the total; from the activities where the instrument has them."""
    if problem := _problem_of_items(score, instrument):
        return {"items": problem}
    if instrument.has_items:
        computed = instrument.total([entry["score"] for entry in score.items])
        if value is not None and Decimal(value) != computed:
            return {"value": f"The activities give {plain(computed)}. Leave the total out: it is computed."}
        value = computed
    if value is None:
        return {"value": f"Write the total, {plain(instrument.least)} to {plain(instrument.most)}."}
    score.value = Decimal(value)
    problem = instrument.problem_with(score.value)
    return {"value": problem} if problem else {}


def _problem_of_items(score: Score, instrument: Instrument) -> str | None:
    scores = [entry.get("score") for entry in score.items]
    if any(not str(entry.get("text") or "").strip() for entry in score.items):
        return "Name each activity."
    if any(type(s) is not int or not ITEM_LOW <= s <= ITEM_HIGH for s in scores):
        return f"Score each activity from {ITEM_LOW} to {ITEM_HIGH}. An activity without an answer is left out."
    return instrument.problem_with_items(scores)
