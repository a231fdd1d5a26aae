"""What the patient said after the last session, offered to the next note."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from treatments import answer_words
from treatments.models import FollowUp, NeedlingSession
from treatments.narrative import sided


def answers_after(last: NeedlingSession | None, structures: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The answered checks of that session, oldest first: in short for a button, and the lines it inserts. Empty without any."""
    if last is None:
        return {}
    checks = last.follow_ups.filter(kind=FollowUp.Kind.SORENESS_CHECK).exclude(answered_at=None)
    said = [_said(check, last, structures) for check in checks.select_related("recorded_by").order_by("answered_at")]
    if not said:
        return {}
    return {"short": ", ".join(map(answer_words.short, said)), "text": "\n".join(map(answer_words.line, said))}


def _said(check: FollowUp, session: NeedlingSession, structures: Mapping[str, Mapping[str, Any]]) -> answer_words.Said:
    names = [
        (
            sided(structures[e["structure"]]["name"] if e["structure"] in structures else e["structure"], e["side"]),
            e["score"],
        )
        for e in check.soreness
    ]
    return answer_words.Said(
        at=timezone.localtime(check.answered_at, session.practice.zone),
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
