"""Which consents a site needs, and whether they are in force: one table, one pure function.

The reason why not is always a sentence for the person at the screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

# scope -> how a sentence calls it, in the order they are asked
SCOPES: dict[str, str] = {
    "general": "dry needling in general",
    "thorax_neck": "needling the chest, upper back and neck",
    "abdomen": "needling the abdomen",
    "pelvic_floor": "needling the pelvic floor",
    "electrical": "electrical stimulation",
    "retained_needle": "a needle that stays in",
    "students_present": "students being present",
    "photos": "photos",
    "documents_by_email": "documents by e-mail",
}
LUNG = "lung_pleura"
NECK_AND_CHEST = frozenset({"neck", "chest", "thoracic_back"})
ABDOMINAL_ORGANS = frozenset({"kidney", "peritoneum_viscera", "bladder"})
DECISIONS = frozenset({"given", "refused", "not_offered"})


@dataclass(frozen=True)
class ConsentGiven:
    """A consent as the rule sees it. `at` and `valid_until` in the practice's time."""

    id: UUID
    given_at: datetime
    valid_until: date
    decisions: dict[str, str]
    text_published_at: datetime | None
    language: str = "en"


@dataclass(frozen=True)
class Withdrawn:
    consent: UUID
    scope: str  # a scope, or "all"
    at: datetime


@dataclass(frozen=True)
class Circumstances:
    """What else decides: the day, absence, and (by language) when a text that asks for consent anew was published."""

    at: datetime  # consents given up to here count
    today: date
    now: datetime | None = None  # withdrawals up to here count: they act at once, on open drafts too
    last_treated_on: date | None = None
    absence_days: int = 180
    reconsent_since: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """Whether a scope is covered; `consent` is the one judged, `reason` a sentence when it is not, `cure` what to do.

    `why` names the rule: none, refused, withdrawn, expired, superseded, absent; empty while in force.
    """

    scope: str
    in_force: bool
    consent: UUID | None
    reason: str = ""
    valid_until: date | None = None
    why: str = ""
    cure: str = ""


CURES: dict[str, str] = {
    "none": "Ask for it and record the answer before you needle.",
    "refused": "Leave it out. If the patient changes their mind, take a new consent.",
    "withdrawn": "Stop. If the patient agrees again, take a new consent.",
    "expired": "Take a new consent.",
    "superseded": "Take a new consent with the new text.",
    "absent": "Ask again and take a new consent.",
}


def in_force(
    scope: str, consents: Sequence[ConsentGiven], withdrawals: Sequence[Withdrawn], when: Circumstances
) -> Coverage:
    """The newest given or refused decision on the scope decides; `not_offered` is ignored."""
    said = [c for c in consents if c.given_at <= when.at and c.decisions.get(scope) in ("given", "refused")]
    what = SCOPES[scope]
    if not said:
        return Coverage(scope, False, None, f"There is no consent to {what}.", why="none", cure=CURES["none"])
    consent = max(said, key=lambda c: (c.given_at, c.id.bytes))
    why, reason = _why_not(scope, consent, withdrawals, when)
    return Coverage(scope, not why, consent.id, reason, consent.valid_until, why, CURES.get(why, ""))


def _why_not(
    scope: str, consent: ConsentGiven, withdrawals: Sequence[Withdrawn], when: Circumstances
) -> tuple[str, str]:
    """The rule that says no and its sentence, the weightiest first: what the patient said comes before dates."""
    what = SCOPES[scope]
    if consent.decisions[scope] == "refused":
        return "refused", f"The patient said no to {what}."
    until = when.now or when.at
    if any(w.consent == consent.id and w.scope in (scope, "all") and w.at <= until for w in withdrawals):
        return "withdrawn", f"The patient took the consent to {what} back."
    if consent.valid_until < when.today:
        return "expired", f"The consent to {what} ran out on {_day(consent.valid_until)}."
    if is_superseded(consent, when.reconsent_since):
        return (
            "superseded",
            f"The consent text has changed since. Ask for consent to {what} with the new text.",
        )
    if when.last_treated_on and consent.given_at.date() <= when.last_treated_on:
        away = (when.today - when.last_treated_on).days
        if away > when.absence_days:
            return "absent", f"The patient was away for {away} days. Ask for consent to {what} again."
    return "", ""


def is_superseded(consent: ConsentGiven, reconsent_since: Mapping[str, datetime]) -> bool:
    """Whether its text was replaced, in its own language, by a version that asks everybody again."""
    since = reconsent_since.get(consent.language)
    return since is not None and (consent.text_published_at is None or consent.text_published_at < since)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def scopes_needed(sites: Sequence[Any], *, discrepancy_kind: str = "", student_present: bool = False) -> dict[str, str]:
    """Every scope the sites need, with the structure's name that asks for it first. `general` is always needed.

    A site has `area`, `hazards`, `pneumothorax_risk`, `technique` and `name` (treatments/safety.py).
    """
    needed = {"general": ""}
    for site in sites:
        for scope, wanted in (
            ("thorax_neck", in_lung_zone(site) or site.area in NECK_AND_CHEST),
            ("abdomen", site.area == "abdomen" or bool(ABDOMINAL_ORGANS & set(site.hazards))),
            ("pelvic_floor", site.area == "pelvic_floor"),
            ("electrical", site.technique == "electrical"),
            ("retained_needle", site.technique == "intradermal_retained"),
        ):
            if wanted:
                needed.setdefault(scope, site.name)
    if discrepancy_kind == "retained_on_purpose":
        needed.setdefault("retained_needle", "")
    if student_present:
        needed.setdefault("students_present", "")
    return needed


def in_lung_zone(site: Any) -> bool:
    """Over the pleura, whatever the structure's area: rhomboids and upper trapezius count."""
    return bool(site.pneumothorax_risk) or LUNG in site.hazards
