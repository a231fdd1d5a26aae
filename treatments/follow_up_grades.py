"""How an answered check reads: the stored row as the pure soreness module sees it."""

from treatments.models import FollowUp
from treatments.soreness import Answer, Grade, grade


def answer_of(check: FollowUp) -> Answer:
    """The highest of the areas' scores; an area that was not asked does not count as zero."""
    scores = [entry["score"] for entry in check.soreness if entry.get("score") is not None]
    return Answer(check.hours_since, max(scores) if scores else None, check.still_sore, tuple(check.red_flags))


def grade_of(check: FollowUp) -> Grade:
    return grade(answer_of(check))
