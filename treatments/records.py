"""A session as it is told to the outside: one record for the API, the pages and the documents."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from practice.models import User
from treatments import content, findings, narrative
from treatments.columns import session_body, site_body
from treatments.facts import site_told
from treatments.fingerprint import fingerprint
from treatments.models import Addendum, NeedlingSession, Site

FINGERPRINTED = (
    *content.SESSION_CONTENT,
    "patient_id",
    "practice_id",
    "written_at",
    "signed_at",
    "signed_by_id",
    "chart_version",
    "relied_on",
    "deviations",
    "findings_signed",
    "reopened_count",
    "submitted_at",
    "submitted_by_id",
)
# Columns newer than the first signed sessions: hashed once they say something, so that older hashes stay true.
HASHED_WHEN_SAID = ("range_of_motion", "submitted_at", "submitted_by_id")


PEOPLE = ("submitted_by", "signed_by", "void_by", "taken_over_by")


def fingerprint_of(session: NeedlingSession, sites: Sequence[Site]) -> str:
    """The content hash of a session as it is (or is about to be) signed: identifiers and values, no display names."""
    rows = [{"id": s.pk, "position": s.position} | {c: getattr(s, c) for c in content.SITE_CONTENT} for s in sites]
    values = {name: getattr(session, name) for name in FINGERPRINTED}
    said = {name: value for name, value in values.items() if value or name not in HASHED_WHEN_SAID}
    return fingerprint({"id": session.pk, "sites": rows} | said)


def is_unchanged(session: NeedlingSession, sites: Sequence[Site]) -> bool:
    """Whether a signed session still has the hash it was signed with."""
    return fingerprint_of(session, sites) == session.content_sha256


def outline(session: NeedlingSession) -> dict[str, Any]:
    """All that the front desk sees of a session: date, practitioner and status."""
    return {
        "id": session.pk,
        "patient": session.patient_id,
        "practitioner": session.practitioner_id,
        "started_at": session.started_at,
        "status": session.status,
        "version": session.version,
    }


def session_record(session: NeedlingSession, sites: Sequence[Site] | None, *, at: datetime) -> dict[str, Any]:
    """The whole session with its sites, narrative, addenda and, while it is a draft, what still blocks signing."""
    rows = list(session.sites.told()) if sites is None else sites
    addenda = [] if session.is_draft else addenda_of(session)
    body = _record(session, rows) | {"addenda": addenda}
    if session.is_draft:
        judged = findings.judge(session, rows, at=at)
        return body | {
            "findings": [f.as_item() for f in judged.findings],
            "blocks_signing": [f.as_item() for f in judged.blocks],
        }
    return body | {"findings": session.findings_signed, "blocks_signing": []}


def listed(sessions: Sequence[NeedlingSession]) -> list[dict[str, Any]]:
    """Sessions in a list: two queries however many; what blocks signing is told one at a time, so it is null here."""
    by_session: dict[UUID, list[Site]] = defaultdict(list)
    for site in Site.objects.filter(session__in=sessions).told():
        by_session[site.session_id].append(site)
    added: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for addendum in Addendum.objects.filter(session__in=sessions).select_related("created_by"):
        added[addendum.session_id].append(addendum_body(addendum))
    _meet_people(sessions)
    silent = {"findings": None, "blocks_signing": None}
    return [_record(s, by_session[s.pk]) | {"addenda": added[s.pk]} | silent for s in sessions]


def _meet_people(sessions: Sequence[NeedlingSession]) -> None:
    """Attach who signed, voided and took over: one query however many."""
    names = PEOPLE
    wanted = {getattr(s, f"{name}_id") for s in sessions for name in names} - {None}
    people = {user.pk: user for user in User.objects.filter(pk__in=wanted)} if wanted else {}
    for session in sessions:
        for name in names:
            setattr(session, name, people.get(getattr(session, f"{name}_id")))


def _record(session: NeedlingSession, sites: Sequence[Site]) -> dict[str, Any]:
    names = ("version", "status", "written_at", "submitted_at", "sent_back_reason", "signed_at", "content_sha256", "chart_version", "deviations", "relied_on",
             "reopened_count", "first_issued_at", "void_reason", "void_at", "taken_over_reason", "created_at",
             "updated_at")  # fmt: skip
    people = {name: person(getattr(session, name)) for name in PEOPLE}
    return (
        {
            "id": session.pk,
            "practice": session.practice_id,
            "late_entry": session.is_late_entry,
            "awaits_countersignature": session.awaits_countersignature,
        }
        | session_body(session)
        | {"sites": [site_body(site) for site in sites], "narrative": narrative_of(session, sites)}
        | {name: getattr(session, name) for name in names}
        | people
    )


def people(keys: set[UUID | None]) -> dict[UUID | None, User]:
    """Some people by their key, in one query; nobody is None."""
    return dict(User.objects.in_bulk(keys - {None}))


def person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "full_name": user.full_name} if user else None


def narrative_of(session: NeedlingSession, sites: Sequence[Site]) -> dict[str, Any]:
    """One sentence per site, what was counted, and all of it joined."""
    told = [site_told(site) for site in sites]
    sentences = [narrative.sentence(site) for site in told]
    total = sum(site.needles for site in sites) or None
    went_in = session.needles_in if session.needles_in is not None else total
    counted = narrative.ledger(went_in, session.needles_out, session.discrepancy_kind, session.discrepancy_note)
    moved = narrative.motions(session.range_of_motion)
    text = " ".join(filter(None, [*sentences, counted, moved]))
    totals = narrative.totals(told) if told else ""
    return {"sites": sentences, "ledger": counted, "motion": moved, "totals": totals, "text": text}


def addenda_of(session: NeedlingSession) -> list[dict[str, Any]]:
    return [addendum_body(a) for a in session.addenda.select_related("created_by")]


def addendum_body(addendum: Addendum) -> dict[str, Any]:
    return {
        "id": addendum.pk,
        "text": addendum.text,
        "reason": addendum.reason,
        "author": person(addendum.created_by),
        "at": addendum.created_at,
    }
