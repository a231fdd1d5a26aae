"""An answer about soreness in one line, with its origin, for the notes of the next session. Pure words.

An area without a score is left out: silence is never zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from treatments.soreness import RED_FLAGS

HELD_UP = {"none": "not held up", "some": "held up a little", "much": "held up a lot"}


@dataclass(frozen=True)
class Said:
    """One answered check. `told_to` is the person of the staff who wrote it down, empty when it came by link; `at` is local."""

    at: datetime
    told_to: str
    hours_since: int | None
    scores: Sequence[tuple[str, int | None]]  # ("Right upper trapezius", 4)
    still_sore: bool | None
    lasted_hours: int | None
    function: str
    bruise: bool | None
    red_flags: Sequence[str]
    comment: str


def line(said: Said) -> str:
    """`Answered by the patient by link, 25 Nov 2026 10:12: right upper trapezius 4/10 at 24 h, gone by 48 h.`"""
    return f"{origin(said)}, {said.at.day} {said.at:%b %Y %H:%M}: {_ended(content(said), said.comment)}"


def origin(said: Said) -> str:
    """Who wrote it down: silence about that would make a hearsay a patient's own word."""
    return f"Told to {said.told_to}" if said.told_to else "Answered by the patient by link"


def content(said: Said) -> str:
    """What was answered, in the order it was asked; areas without a score are left out."""
    parts = (_scores(said), _lasting(said), HELD_UP.get(said.function, ""), _bruise(said), signs(said))
    return ", ".join(part for part in parts if part) or "no score given"


def not_asked(said: Said) -> str:
    """The areas that have no score: not asked is not zero."""
    areas = [_small(name) for name, score in said.scores if score is None]
    return f"not asked: {', '.join(areas)}" if areas else ""


def _ended(told: str, comment: str) -> str:
    comment = comment.strip()
    if not comment:
        return f"{told}."
    return f"{told}; “{comment}”{'' if comment[-1] in '.!?…' else '.'}"


def short(said: Said) -> str:
    """What a button can hold: `24 h: 4/10`."""
    known = [score for _, score in said.scores if score is not None]
    asked = f"{said.hours_since} h" if said.hours_since is not None else "Answer"
    return f"{asked}: {max(known)}/10" if known else f"{asked}: no score"


def _scores(said: Said) -> str:
    known = [f"{_small(name)} {score}/10" for name, score in said.scores if score is not None]
    if not known or said.hours_since is None:
        return ", ".join(known)
    return f"{', '.join(known)} at {said.hours_since} h"


def _lasting(said: Said) -> str:
    if said.still_sore is None:
        return ""
    if said.still_sore:
        return "still sore"
    if said.lasted_hours is None:
        return "not sore any more"
    return f"gone by {said.lasted_hours} h" if said.lasted_hours else "was not sore"


def _bruise(said: Said) -> str:
    return {True: "a bruise", False: "no bruise", None: ""}[said.bruise]


def signs(said: Said) -> str:
    """The warning signs in words; empty without any."""
    told = [RED_FLAGS.get(flag, flag).lower() for flag in said.red_flags]
    return f"warning signs: {' and '.join(told)}" if told else ""


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
