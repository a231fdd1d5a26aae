"""What a session written for the wrong patient proposes for the right one: text that says where it is from, and sites to
accept one by one. Nothing is answered for anybody: whose consent, screening and pain it is has to be said anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from treatments.columns import site_body
from treatments.copy_forward import day_of
from treatments.models import AdverseEvent, FollowUp, NeedlingSession, Rewrite, Score, Site
from treatments.narrative import count
from treatments.proposed import mark
from treatments.records import narrative_of

NOTES = ("subjective", "objective", "assessment", "plan")
LONGEST = 10_000


def proposed_notes(wrong: NeedlingSession, sites: Sequence[Site]) -> dict[str, str]:
    texts = {name: getattr(wrong, name).strip() for name in NOTES}
    texts["objective"] = "\n".join(filter(None, [texts["objective"], facts(wrong, sites)]))
    return {name: f"{mark(day_of(wrong))}{text}"[:LONGEST] if text else "" for name, text in texts.items()}


def facts(wrong: NeedlingSession, sites: Sequence[Site]) -> str:
    """What stood in fields of their own, as words: the right patient's fields stay empty until they are answered."""
    told = narrative_of(wrong, sites)
    pain = [
        f"{value} {when}"
        for value, when in ((wrong.pain_before, "before"), (wrong.pain_after, "after"))
        if value is not None
    ]
    tolerance = f"Tolerance: {wrong.tolerance.strip()}." if wrong.tolerance.strip() else ""
    return " ".join(
        filter(None, [f"Pain {', '.join(pain)}." if pain else "", told["motion"], told["ledger"], tolerance])
    )


def proposed_sites(wrong: NeedlingSession) -> list[dict[str, Any]]:
    """Whole rows: they were needled in one person, and that person is the right patient."""
    return [{k: v for k, v in site_body(site).items() if k != "id"} for site in wrong.sites.told()]


def left_behind(wrong: NeedlingSession) -> list[str]:
    """What else hangs on the session in the wrong patient's record, in words: somebody has to look at it."""
    answers = FollowUp.objects.filter(session=wrong).exclude(answered_at=None).count()
    scores = Score.objects.filter(session=wrong, withdrawn_at=None).count()
    events = AdverseEvent.objects.filter(session=wrong).count()
    counted = ((answers, "answer after the session", "answers after the session"), (scores, "outcome score", "outcome scores"),
               (events, "adverse event", "adverse events"))  # fmt: skip
    return [count(number, one, many) for number, one, many in counted if number]


def ends_of(session: NeedlingSession) -> tuple[Rewrite | None, Rewrite | None]:
    """How it came to be, and what became of it: the rewrite that began this session, and the one that struck it out."""
    rows = list(Rewrite.objects.filter(Q(wrong=session) | Q(right=session)).told())
    begun = next((row for row in rows if row.right_id == session.pk), None)
    struck = next((row for row in rows if row.wrong_id == session.pk), None)
    return begun, struck


def touched(sessions: Sequence[NeedlingSession]) -> set[UUID]:
    """Which of these were struck out for the wrong patient, or begun from one that was: one query."""
    rows = Rewrite.objects.filter(Q(wrong__in=sessions) | Q(right__in=sessions)).values_list("wrong", "right")
    return {pk for pair in rows for pk in pair}


def source_of(session: NeedlingSession) -> NeedlingSession | None:
    """The session this one was written again for, if it was."""
    begun, _ = ends_of(session)
    return begun.wrong if begun else None
