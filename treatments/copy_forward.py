"""Repeat last plan: what the last signed session of the patient proposes for this one. Nothing is written.

Copied are the plan and, per site, structure, side, technique, needle and place on the chart. Never responses, counts,
pain values, reasons or the spoken yes: those belong to the day they were given (data-model.md, rule 6).
"""

from typing import Any

from practice.errors import Refused
from treatments.columns import chart_body
from treatments.models import NeedlingSession, Site


class NothingToRepeat(Refused):
    code = "nothing_to_repeat"
    message = "There is no signed session of this patient before this one, so there is no plan to repeat."


def last_signed(session: NeedlingSession) -> NeedlingSession | None:
    signed = NeedlingSession.objects.of_patient(session.patient).filter(status=NeedlingSession.Status.SIGNED)
    return signed.filter(started_at__lt=session.started_at).order_by("-started_at", "-id").first()


def proposal(session: NeedlingSession) -> dict[str, Any]:
    """Rows to accept one by one or all, and the plan marked with its date. Raises NothingToRepeat."""
    last = last_signed(session)
    if last is None:
        raise NothingToRepeat
    return {
        "from": {"id": last.pk, "started_at": last.started_at},
        "plan": f"{mark(last)}{last.plan.strip()}" if last.plan.strip() else "",
        "sites": [_row(site) for site in last.sites.order_by("position")],
    }


def mark(session: NeedlingSession) -> str:
    """Stands before a repeated plan until somebody edits it, so that an old plan is never read as today's."""
    return f"From {day_of(session)}: "


def day_of(session: NeedlingSession) -> str:
    """The day of the treatment where the practice is."""
    day = session.practice.local_date(session.started_at)
    return f"{day.day} {day:%b %Y}"


def _row(site: Site) -> dict[str, Any]:
    return {
        "structure": site.structure_id,
        "side": site.side,
        "technique": site.technique or None,
        "gauge_mm": str(site.gauge_mm) if site.gauge_mm is not None else None,
        "length_mm": site.length_mm,
        "chart_point": chart_body(site),
    }
