"""Which openings of a record are worth a question: rules with their words. Pure.

A rule never says that somebody did wrong. It says what is unusual, so that whoever is responsible can ask.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from patients.search_words import name_words
from practice.folding import fold

BEFORE, AFTER = timedelta(days=30), timedelta(days=7)


@dataclass(frozen=True)
class Viewer:
    """Who opened a record."""

    name: str
    email: str
    treats_or_receives: bool  # an auditor reads records nobody has been seen for: that is their work


@dataclass(frozen=True)
class Opened:
    """Whose record it was, and when something happened with this patient (sorted)."""

    given_names: str
    family_names: tuple[str, ...]  # now and before
    email: str
    events: Sequence[datetime]
    registered_at: datetime | None = None


@dataclass(frozen=True)
class Rule:
    key: str
    meaning: str
    told: Callable[[Viewer, Opened, datetime, datetime], str]  # who, whose, when, now: the reason, or nothing


def _own_record(who: Viewer, whose: Opened, at: datetime, now: datetime) -> str:
    if who.email and who.email.casefold() == whose.email.casefold():
        return "It may be their own record: the e-mail address is the same."
    mine = set(fold(who.name).split())
    theirs = [set(fold(f"{whose.given_names} {family}").split()) for family in whose.family_names]
    return "It may be their own record: the name is the same." if mine in theirs else ""


def _same_family_name(who: Viewer, whose: Opened, at: datetime, now: datetime) -> str:
    if _own_record(who, whose, at, now):
        return ""
    mine = set(name_words(*who.name.split()[-1:]))
    return "The patient has the same family name." if mine & set(name_words(*whose.family_names)) else ""


def _nothing_nearby(who: Viewer, whose: Opened, at: datetime, now: datetime) -> str:
    if not who.treats_or_receives:
        return ""
    if whose.registered_at and at - BEFORE <= whose.registered_at <= at:
        return ""
    first = bisect_left(whose.events, at - BEFORE)
    if first < len(whose.events) and whose.events[first] <= at + AFTER:
        return ""
    after = "in the 7 days after" if at + AFTER <= now else "since"
    return f"No visit, call, request or paper of this patient in the 30 days before, and none {after}."


RULES: tuple[Rule, ...] = (
    Rule("own_record", "It may be their own record", _own_record),
    Rule("same_family_name", "The patient has the same family name", _same_family_name),
    Rule("nothing_nearby", "Nothing happened with this patient near that time", _nothing_nearby),
)


def reasons(who: Viewer, whose: Opened, *, at: datetime, now: datetime) -> dict[str, str]:
    """What is worth a question in this opening: rule to sentence; empty for a usual one."""
    told = {rule.key: rule.told(who, whose, at, now) for rule in RULES}
    return {key: sentence for key, sentence in told.items() if sentence}
