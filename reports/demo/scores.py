"""Outcome scores of the demo's courses: a questionnaire for each complaint, better by small and uneven steps."""

from datetime import timedelta
from random import Random
from typing import Any

from treatments import actions
from treatments.instruments import instruments
from treatments.models import NeedlingSession

# complaint -> questionnaire, its first total, the usual step from visit to visit
USUAL = {
    "shoulder pain": ("psfs", 3, 1),
    "headache and neck pain": ("ndi", 24, -3),
    "low back pain": ("odi", 42, -5),
    "hip pain": ("lefs", 44, 5),
    "calf pain in running": ("psfs", 4, 1),
    "elbow pain": ("quickdash", 48, -7),
}
ACTIVITIES = {
    "shoulder pain": ("Reach the top shelf", "Sleep on that side", "Hang out the washing"),
    "calf pain in running": ("Run 5 km", "Stairs, two at a time", "Stand on tiptoe"),
}
TOLERANCE = (
    "",
    "",
    "",
    "Tolerated well.",
    "Tense at the first needle, then fine.",
    "Light-headed for a minute, lay down.",
)


def score_visit(session: NeedlingSession, complaint: str, number: int) -> None:
    """The questionnaire before the session, at the first visit and then at every other one. Each patient has their own luck."""
    random = Random(f"{session.patient.record_number}/{number}")
    if number % 2 and random.random() < 0.7:
        return
    key, first, step = USUAL[complaint]
    better = step * number * (0.4 + session.patient.record_number % 4 * 0.25)
    values: dict[str, Any] = {"instrument": key, "timing": "before", "at": session.started_at + timedelta(minutes=4)}
    if key == "psfs":
        scores = [min(10, max(0, round(first + better + random.randint(-1, 1)))) for _ in range(3)]
        texts = ACTIVITIES[complaint]
        values["items"] = [{"text": t, "score": s} for t, s in zip(texts, scores, strict=True)]
    else:
        one = instruments()[key]
        total = round(first + better + random.randint(-3, 3))
        values["value"] = min(int(one.most), max(int(one.least), total))
    at = session.started_at + timedelta(minutes=30)
    actions.record_score(patient=session.patient, values=values, session=session, by=session.practitioner, at=at)


def tolerance_of(record_number: int, number: int) -> str:
    """What was noted about how they took it, if anything."""
    return Random(f"{record_number}-{number}").choice(TOLERANCE)
