"""What was needled lately, as zones: a body area and its sides in one session, and whether the lung lies under it.

Nothing else of a session: this is what the phone card shows to the front desk (docs/adr, the phone card). Unsigned
sessions count: who rings after five hours may not have a signed note yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from consent.coverage import in_lung_zone
from consent.regions import label
from patients.models import Patient
from practice.models import User
from treatments.clocks import clock, day, lapse
from treatments.models import NeedlingSession, Site
from treatments.triage import LOOK_BACK_DAYS, Zone

COUNTED = (NeedlingSession.Status.DRAFT, NeedlingSession.Status.SIGNED)
SIDES = ("left", "right", "midline")


@dataclass(frozen=True)
class NeedledZone:
    session: NeedlingSession
    area: str
    sides: tuple[str, ...]
    lung: bool
    hours: float

    @property
    def where(self) -> str:
        """`Thoracic back, both sides`."""
        both = {"left", "right"} <= set(self.sides)
        sides = ["both sides"] if both else [side for side in self.sides if side != "midline"]
        return ", ".join([label(self.area) if self.area else "Elsewhere", *sides])

    def for_rule(self) -> Zone:
        return Zone(self.lung, self.hours)

    def stored(self) -> dict[str, Any]:
        return {"area": self.area, "label": self.where, "sides": list(self.sides), "lung": self.lung,
                "at": self.session.started_at.isoformat(), "hours": round(self.hours, 2), "session": str(self.session.pk)}  # fmt: skip


def zones_of(patient: Patient, *, by: User, at: datetime) -> list[NeedledZone]:
    """Of the last 30 days: over the lung first, then the newest. Two queries."""
    since = at - timedelta(days=LOOK_BACK_DAYS)
    sessions = NeedlingSession.objects.visible_to(by).of_patient(patient).filter(status__in=COUNTED)
    recent = sessions.filter(started_at__gte=since, started_at__lte=at + timedelta(minutes=5))
    by_session = {session.pk: session for session in recent.select_related("practitioner")}
    sites = Site.objects.visible_to(by).filter(session__in=list(by_session)).select_related("structure")
    sides: dict[tuple[Any, str, bool], set[str]] = {}
    for site in sites.order_by("position"):
        key = (site.session_id, site.structure.area_id or "", in_lung_zone(site.structure))
        sides.setdefault(key, set()).add(site.side)
    zones = [
        NeedledZone(by_session[pk], area, tuple(s for s in SIDES if s in found), lung, _hours(by_session[pk], at))
        for (pk, area, lung), found in sides.items()
    ]
    return sorted(zones, key=lambda zone: (not zone.lung, zone.hours))


def _hours(session: NeedlingSession, at: datetime) -> float:
    return max((at - session.started_at).total_seconds() / 3600, 0.0)


def when(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """`today 10:05, 5 h 10 min ago`: in words that a caller understands."""
    then, today = timezone.localdate(at, zone), timezone.localdate(now, zone)
    days = {0: "today", 1: "yesterday"}
    said = days.get((today - then).days, day(then))
    return f"{said} {clock(at, zone)}, {lapse(min(at, now), now)} ago"


def for_the_ambulance(zones: Sequence[NeedledZone], *, now: datetime, zone: ZoneInfo) -> str:
    """What the caller tells the ambulance: where, near what, when."""
    if not zones:
        return "dry needling in the last weeks"
    first = zones[0]
    near = "dry needling near the lung" if first.lung else "dry needling"
    return f"{near}, {first.where.lower()}, {when(first.session.started_at, now=now, zone=zone)}"


def told(zones: Sequence[Mapping[str, Any]], *, now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Stored zones as a card shows them."""
    return [{"where": z["label"], "lung": z["lung"], "when": when(datetime.fromisoformat(z["at"]), now=now, zone=zone)}
            for z in zones]  # fmt: skip
