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
    when = f"{said.at.day} {said.at:%b %Y %H:%M}"
    origin = f"Told to {said.told_to}" if said.told_to else "Answered by the patient by link"
    parts = [
        part
        for part in (_scores(said), _lasting(said), HELD_UP.get(said.function, ""), _bruise(said), _signs(said))
        if part
    ]
    comment = said.comment.strip()
    told = f"{origin}, {when}: {', '.join(parts) or 'no score given'}"
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


def _signs(said: Said) -> str:
    signs = [RED_FLAGS.get(flag, flag).lower() for flag in said.red_flags]
    return f"warning signs: {' and '.join(signs)}" if signs else ""


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
