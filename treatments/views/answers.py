"""What the patient said in the days after: on the chart, and offered to the next note."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from patients.models import Patient
from practice.models import User
from treatments import answer_words
from treatments.models import FollowUp, NeedlingSession, Structure
from treatments.narrative import sided

LISTED = 20


@dataclass(frozen=True)
class Answer:
    """One answer as a row of the chart: `signs` are warning signs, which stand out."""

    at: datetime
    hours_since: int | None
    origin: str
    words: str
    signs: str
    comment: str


def answers_of(user: User, patient: Patient) -> list[Answer]:
    """What the patient said about soreness, newest first. Two queries, however many answers there are."""
    checks = FollowUp.objects.visible_to(user).of_patient(patient).exclude(answered_at=None).order_by("-answered_at")
    checks = checks.exclude(kind=FollowUp.Kind.ESCALATION).select_related("recorded_by")
    rows = list(checks[:LISTED])
    keys = {entry["structure"] for check in rows for entry in check.soreness}
    structures = {
        row["key"]: row for row in Structure.objects.visible_to(user).filter(key__in=keys).values("key", "name")
    }
    return [_row(check, _said(check, user.practice.zone, structures)) for check in rows]


def _row(check: FollowUp, said: answer_words.Said) -> Answer:
    told = replace(said, red_flags=())
    words = [answer_words.content(told), answer_words.not_asked(told)]
    return Answer(
        at=said.at,
        hours_since=check.hours_since,
        origin=answer_words.origin(said),
        words="; ".join(filter(None, words)),
        signs=answer_words.signs(said),
        comment=said.comment.strip(),
    )


def answers_after(last: NeedlingSession | None, structures: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The answered checks of that session, oldest first: in short for a button, and the lines it inserts. Empty without any."""
    if last is None:
        return {}
    checks = last.follow_ups.filter(kind=FollowUp.Kind.SORENESS_CHECK).exclude(answered_at=None)
    said = [
        _said(check, last.practice.zone, structures)
        for check in checks.select_related("recorded_by").order_by("answered_at")
    ]
    if not said:
        return {}
    return {"short": ", ".join(map(answer_words.short, said)), "text": "\n".join(map(answer_words.line, said))}


def _said(check: FollowUp, zone: ZoneInfo, structures: Mapping[str, Mapping[str, Any]]) -> answer_words.Said:
    names = [
        (
            sided(structures[e["structure"]]["name"] if e["structure"] in structures else e["structure"], e["side"]),
            e["score"],
        )
        for e in check.soreness
    ]
    return answer_words.Said(
        at=timezone.localtime(check.answered_at, zone),
        told_to=check.recorded_by.full_name if check.recorded_by else "",
        hours_since=check.hours_since,
        scores=names,
        still_sore=check.still_sore,
        lasted_hours=check.lasted_hours,
        function=check.function,
        bruise=check.bruise,
        red_flags=check.red_flags,
        comment=check.comment,
    )
