"""The history of a session: what every stretch of work made different, and each version as it was then."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from practice.sent_numbers import whole_number
from treatments import chart_svg, records, version_rows
from treatments.chart_dots import body_of, dots_of
from treatments.clocks import clocks_of, later, moment
from treatments.version_rows import Past
from treatments.version_words import Told, Wording
from treatments.versions import Change, Group, Save, State, Version
from treatments.views.opening import patient_context, session_page


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Newest work first; `before` goes further back."""
    user, row = session_page(request, pk, log=True)
    past = version_rows.past_of(row, before=whole_number(request.GET.get("before", ""), None))
    groups = [_group(group, past, row.practice.zone) for group in reversed(past.groups)]
    context = {"session": row, "groups": groups, "past": past, "clocks": clocks_of(row)}
    return render(request, "treatments/history.html", patient_context(user, row.patient) | context)


@require_safe
def version(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One version with its sentences and notes, marked as what it is."""
    user, row = session_page(request, pk, log=True)
    found = version_rows.as_it_was(row, number) if number < 2**31 else None
    if found is None:
        raise Http404
    context = {
        "session": row,
        "then": found.session,
        "save": found.save,
        "heading": heading(found.save, begun=found.older is None),
        "save_by": records.people({found.save.by}).get(found.save.by),
        "newer": found.newer,
        "older": found.older,
        "clocks": clocks_of(found.session),
        "narrative": records.narrative_of(found.session, found.sites),
        "views": chart_svg.signed_views(dots_of(row.patient, found.sites), body_of(row.patient, found.sites))
        if found.sites
        else [],
    }
    return render(request, "treatments/history_version.html", patient_context(user, row.patient) | context)


def _group(group: Group, past: Past, zone: ZoneInfo) -> dict[str, Any]:
    first, last = group.versions[0], group.versions[-1]
    return {
        "heading": heading(last.save, begun=first.save.version == 1),
        "person": past.person(last.save.by),
        "first": first.save,
        "last": last.save,
        "span": _span(first.save, last.save, zone),
        "told": _told(group.changes, past, zone, first.before, last.after),
        "saves": [_save(v, past, zone) for v in reversed(group.versions)] if len(group.versions) > 1 else [],
    }


def _span(first: Save, last: Save, zone: ZoneInfo) -> str:
    """`24 Nov 2026, 09:16 to 09:38`."""
    start, end = moment(first.at, zone), later(last.at, first.at, zone)
    return start if start.endswith(f", {end}") else f"{start} to {end}"


def _save(version: Version, past: Past, zone: ZoneInfo) -> tuple[Save, list[Told]]:
    return version.save, _told(version.changes, past, zone, version.before, version.after)


def _told(changes: Sequence[Change], past: Past, zone: ZoneInfo, before: State, after: State) -> list[Told]:
    return Wording(zone, past.named, {**before.sites, **after.sites}).told(changes)


def heading(save: Save, *, begun: bool = False) -> str:
    """What was done in a stretch of work."""
    if save.act == "writing":
        return "Draft begun" if begun else "Draft written"
    return save.why[:1].upper() + save.why[1:] or "Saved"


def happened(saves: Sequence[Sequence[Save]], addenda: Sequence[Any]) -> list[dict[str, Any]]:
    """What happened to a session, newest first: each stretch of work, and the addenda."""
    people = records.people({stretch[-1].by for stretch in saves})
    told = [_happening(stretch, people.get(stretch[-1].by)) for stretch in saves]
    told += [
        {"at": a.created_at, "words": f"Addendum {number}", "person": a.created_by, "last": None}
        for number, a in enumerate(addenda, start=1)
    ]
    return sorted(told, key=lambda entry: entry["at"], reverse=True)


def _happening(stretch: Sequence[Save], person: Any) -> dict[str, Any]:
    last = stretch[-1]
    return {
        "at": last.at,
        "words": heading(last, begun=stretch[0].version == 1),
        "person": person,
        "last": last,
        "saves": len(stretch),
        "writing": last.act == "writing",
    }
