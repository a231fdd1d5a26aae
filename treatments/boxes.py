"""Boxes of needles: found by the code on them, and followed to everyone needled with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from patients.models import Patient
from practice.models import User
from treatments import box_codes
from treatments.models import NeedleLot, NeedlingSession, Site


@dataclass(frozen=True)
class Scanned:
    """What a code says: boxes that are here already, or what to fill in for a new one (same product: its size too)."""

    here: list[NeedleLot]
    proposed: dict[str, Any]
    expired: bool = False


def meant_by(code: str) -> Q:
    """The boxes that a scanned code or a typed lot number means."""
    read = box_codes.read(code)
    if read is None:
        return Q(lot_number__iexact=code.strip())
    same_product = Q(gtin="") | Q(gtin=read.gtin) if read.gtin else Q()
    return Q(lot_number__iexact=read.lot_number) & same_product


def scanned(code: str, *, by: User, today: date) -> Scanned:
    lots = NeedleLot.objects.visible_to(by)
    here = list(lots.filter(meant_by(code)).order_by("-active", "expires_on")[:20])
    read = box_codes.read(code) or box_codes.BoxCode(lot_number=code.strip()[:60])
    like = lots.filter(gtin=read.gtin).order_by("-created_at").first() if read.gtin else None
    proposed = {"lot_number": read.lot_number, "expires_on": read.expires_on, "gtin": read.gtin, "received_on": today}
    if like is not None:
        proposed |= {name: getattr(like, name) for name in ("brand", "gauge_mm", "length_mm")}
    return Scanned(here, proposed, read.expires_on is not None and read.expires_on < today)


@dataclass
class Needled:
    """A person with the sessions in which the lot was used (newest first) and how many of its needles."""

    patient: Patient
    sessions: list[NeedlingSession] = field(default_factory=list)
    needles: int = 0


def needled_with(lot: NeedleLot) -> list[Needled]:
    """Drafts and void sessions included: the needle was in the skin. Who was merged is the person they were merged into.
    Three queries however many people there are."""
    sites = Site.objects.filter(lot=lot).select_related("session__practitioner", "session__patient__merged_into")
    found: dict[object, Needled] = {}
    for site in sites.order_by("-session__started_at", "position"):
        patient = site.session.patient.merged_into or site.session.patient
        person = found.setdefault(patient.pk, Needled(patient))
        person.needles += site.needles
        if site.session not in person.sessions[-1:]:
            person.sessions.append(site.session)
    return sorted(found.values(), key=lambda person: person.sessions[0].started_at, reverse=True)


def trace(lot: NeedleLot) -> list[dict[str, Any]]:
    """Every site needled with the lot, newest first, drafts and void sessions included: the needle was in the skin."""
    rows: Iterable[Site] = (
        Site.objects.filter(Q(lot=lot)).select_related("session").order_by("-session__started_at", "position")
    )
    return [
        {
            "site": site.pk,
            "session": site.session_id,
            "patient": site.session.patient_id,
            "started_at": site.session.started_at,
            "structure": site.structure_id,
            "side": site.side,
            "needles": site.needles,
        }
        for site in rows
    ]
