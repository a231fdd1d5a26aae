"""A patient's responses read from the record: a fixed number of queries, and no more rows for a long past than for a short one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from patients.models import Patient, whole_patient_ids
from treatments.models import FollowUp, NeedlingSession, Site
from treatments.narrative import sided
from treatments.response import Dose, Muscle, Said, Visit, by_muscle, moment, with_answers

LATEST_SESSIONS = 40  # of all muscles
LATEST_OF_ONE = 12  # of one muscle
OPEN = (FollowUp.State.PLANNED, FollowUp.State.SENT, FollowUp.State.NO_ANSWER)


@dataclass(frozen=True)
class Place:
    """One muscle of one side."""

    structure: str
    side: str


def responses_of(patient: Patient, *, place: Place | None = None) -> list[Muscle]:
    """Every muscle of the latest sessions, or the latest sessions of one muscle. Four queries; signed sessions only."""
    sessions = _sessions(whole_patient_ids(patient), place)
    keys = [session["pk"] for session in sessions]
    said, waiting = _answers(keys)
    visits = {s["pk"]: _visit(s, patient, waiting) for s in sessions}
    rows = []
    for site in _sites(keys, place):
        where = (site["structure_id"], site["side"])
        visit = replace(visits[site["session_id"]], dose=_dose(site))
        told = with_answers(visit, where, said.get(site["session_id"], ()))
        rows.append((*where, sided(site["structure__name"], site["side"]), told))
    return by_muscle(rows)


def _sessions(patients: list[UUID], place: Place | None) -> list[dict[str, Any]]:
    """With the pain on arrival at the next signed visit of the same course."""
    signed = NeedlingSession.objects.filter(patient__in=patients, status=NeedlingSession.Status.SIGNED)
    later = signed.filter(started_at__gt=OuterRef("started_at")).order_by("started_at")
    rows = signed
    if place is not None:
        there = Site.objects.filter(session=OuterRef("pk"), structure=place.structure, side=place.side)
        rows = rows.filter(Exists(there))
    rows = rows.annotate(next=_of_the_course(later, "pk"), next_pain=_of_the_course(later, "pain_before"))
    most = LATEST_SESSIONS if place is None else LATEST_OF_ONE
    names = ("pk", "started_at", "pain_before", "next", "next_pain")
    return list(rows.order_by("-started_at", "-id").values(*names)[:most])


def _of_the_course(later: QuerySet[NeedlingSession], column: str) -> Case:
    """A column of the next session: of the same course of care, or of none where this session has none."""
    without = Subquery(later.filter(episode=None).values(column)[:1])
    return Case(
        When(episode=None, then=without),
        default=Subquery(later.filter(episode=OuterRef("episode")).values(column)[:1]),
    )


def _sites(sessions: list[UUID], place: Place | None) -> Iterable[dict[str, Any]]:
    rows = Site.objects.filter(session__in=sessions)
    if place is not None:
        rows = rows.filter(structure=place.structure, side=place.side)
    names = ("session_id", "structure_id", "side", "structure__name", "needles", "insertions", "twitch_count",
             "twitch_seen", "depth_mm")  # fmt: skip
    return rows.order_by("session_id", "position").values(*names)


def _dose(site: dict[str, Any]) -> Dose:
    """A twitch that was looked for and not seen is a count of none."""
    twitches = site["twitch_count"]
    if twitches is None and site["twitch_seen"] == Site.TwitchSeen.NONE:
        twitches = 0
    return Dose(site["needles"], site["insertions"], twitches, site["depth_mm"])


def _visit(session: dict[str, Any], patient: Patient, waiting: dict[UUID, frozenset[str]]) -> Visit:
    return Visit(
        session["pk"],
        session["started_at"],
        patient.practice.local_date(session["started_at"]),
        Dose(0, None, None, None),
        waits=waiting.get(session["pk"], frozenset()),
        pain_before=session["pain_before"],
        next_pain=session["next_pain"],
        has_next=session["next"] is not None,
    )


def _answers(sessions: list[UUID]) -> tuple[dict[UUID, list[Said]], dict[UUID, frozenset[str]]]:
    """What was said about these sessions, and for which hours they still wait for an answer."""
    checks = FollowUp.objects.filter(session__in=sessions, kind=FollowUp.Kind.SORENESS_CHECK).annotate(
        began=F("session__started_at")
    )
    names = ("session_id", "state", "answered_at", "hours_since", "due_at", "began", "soreness")
    said: dict[UUID, list[Said]] = {}
    waiting: dict[UUID, frozenset[str]] = {}
    for row in checks.values(*names):
        if row["answered_at"] is not None:
            said.setdefault(row["session_id"], []).append(Said(_hours(row), _scores(row["soreness"])))
        elif row["state"] in OPEN:
            waiting[row["session_id"]] = waiting.get(row["session_id"], frozenset()) | {moment(_hours(row))}
    return said, waiting


def _hours(row: dict[str, Any]) -> int:
    """As said; else the hour for which the check was planned."""
    if row["hours_since"] is not None:
        return int(row["hours_since"])
    return round((row["due_at"] - row["began"]).total_seconds() / 3600)


def _scores(soreness: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Only what was answered: an area not asked is not here."""
    return {(e["structure"], e["side"]): e["score"] for e in soreness if e.get("score") is not None}
