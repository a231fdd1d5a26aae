"""A draft as it is written: started, saved whole again and again, discarded, brought back, taken over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from patients.models import Patient
from practice.history import erase, keep, keep_all, lock
from practice.models import User
from treatments import acknowledgements, content, policy, references
from treatments.actions import arrivals, refusals
from treatments.actions.follow_ups import cancel_checks
from treatments.models import NeedlingSession, Site
from treatments.ordering import places_for

ALLOWED_CLOCK_SKEW_S = 300


@dataclass
class Written:
    """A session with its sites in order, as they now stand in the database."""

    session: NeedlingSession
    sites: list[Site]
    created: bool = False


@dataclass
class Arranged:
    """The sites of a draft after a save: all in order, the changed or new, which fields, and the removed."""

    rows: list[Site]
    changed: list[Site]
    fields: set[str]
    removed: list[Site]


@transaction.atomic
def start_session(
    *, patient: Patient, values: Mapping[str, Any], by: User, at: datetime, pk: UUID | None = None
) -> Written:
    """Begin a draft for a patient. `values` are content columns; `pk` may come from the client (a retry is safe).

    Raises ValidationError per field; IntegrityError when the identifier is taken (see refuse_taken).
    """
    if not (policy.can_start(by) and by.practice_id == patient.practice_id):
        raise PermissionDenied
    session = NeedlingSession(practice=by.practice, patient=patient, written_at=at, **({"pk": pk} if pk else {}))
    return begin_draft(session, values, by=by, at=at, why="draft begun")


def begin_draft(session: NeedlingSession, values: Mapping[str, Any], *, by: User, at: datetime, why: str) -> Written:
    """The first save of a session, inside the transaction of whoever decided that it may begin. What the row points at
    already is not asked again."""
    sites = _save(session, [], values, by=by, at=at, why=why)
    arrivals.take_with(session, by=by, at=at)
    return Written(session, sites, created=True)


def refuse_taken(pk: UUID) -> None:
    """An identifier that exists in a place the person cannot see looks like nothing at all (Http404)."""
    if NeedlingSession.objects.filter(pk=pk).exists():
        raise Http404


@transaction.atomic
def write_session(*, pk: UUID, values: Mapping[str, Any], by: User, at: datetime, version: int) -> Written:
    """Replace the content of a draft. Refuses what is not a draft, a stale version, and another patient."""
    session = lock(references.sessions(by), pk, version=version)
    if not policy.can_write(by, session):
        raise PermissionDenied
    if not session.is_draft:
        raise refusals.NotADraft
    if values.get("patient_id", session.patient_id) != session.patient_id:
        raise refusals.PatientIsFixed
    sites = _save(session, list(session.sites.told()), values, by=by, at=at, why="draft saved")
    return Written(session, sites)


@transaction.atomic
def discard_session(*, pk: UUID, by: User, version: int) -> NeedlingSession:
    """Hide an unwanted draft. It is kept, and its author or a manager can bring it back."""
    return put_away(lock(references.sessions(by), pk, version=version), by=by)


def put_away(session: NeedlingSession, *, by: User) -> NeedlingSession:
    """The same for a draft that the caller has locked."""
    if not policy.can_discard(by, session):
        raise PermissionDenied
    if not session.is_draft:
        raise refusals.NotADraft
    if session.awaits_countersignature:
        raise refusals.AwaitsCountersignature("A student's signature waits here. Send it back before it is discarded.")
    session.status = NeedlingSession.Status.DISCARDED
    keep(session, by=by, why="draft discarded")
    arrivals.put_back(session, by=by, why="the session was discarded")
    return session


@transaction.atomic
def restore_session(*, pk: UUID, by: User, at: datetime, version: int) -> NeedlingSession:
    """A draft again. The arrival it was begun from counts as being treated again."""
    session = lock(references.sessions(by), pk, version=version)
    if not policy.can_discard(by, session):
        raise PermissionDenied
    if session.status != NeedlingSession.Status.DISCARDED:
        raise refusals.NotDiscarded
    session.status = NeedlingSession.Status.DRAFT
    keep(session, by=by, why="draft brought back")
    arrivals.take_again(session, by=by, at=at)
    return session


@transaction.atomic
def take_over_session(*, pk: UUID, reason: str, by: User, version: int) -> NeedlingSession:
    """Finish a colleague's draft. `practitioner` stays who needled; who took over may then write and sign."""
    session = lock(references.sessions(by), pk, version=version)
    if policy.is_treating(by, session):
        raise refusals.AlreadyTreating
    if not policy.can_take_over(by, session):
        raise PermissionDenied
    if not session.is_draft:
        raise refusals.NotADraft
    if not reason.strip():
        raise ValidationError({"reason": "Write why you take this session over."})
    session.taken_over_by, session.taken_over_reason = by, reason.strip()
    return keep(session, by=by, why="draft taken over")


def _save(
    session: NeedlingSession, sites: list[Site], values: Mapping[str, Any], *, by: User, at: datetime, why: str
) -> list[Site]:
    found = references.resolve(session, sites, values, by=by)
    before = {c: getattr(session, c) for c in content.SESSION_CONTENT}
    found.point(session, values)
    content.apply(session, {c: v for c, v in values.items() if c in content.SESSION_CONTENT and not c.endswith("_id")})
    _check_clock(session, at=at)
    arranged = _arrange(session, sites, values.get("sites"), found, by=by)
    acknowledgements.stamp(session, arranged.rows, before["acknowledged_findings"], by=by, at=at)
    touched = any(getattr(session, c) != v for c, v in before.items())
    if touched or arranged.changed or arranged.removed or session._state.adding:
        if session.awaits_countersignature:
            lift_submission(session, by=by, at=at)
        keep(session, by=by, why=why)  # the session's version speaks for its sites as well
    erase(arranged.removed, by=by, why=why)
    keep_all(arranged.changed, by=by, why=why, changed_fields=arranged.fields)
    return arranged.rows


def lift_submission(session: NeedlingSession, *, by: User, at: datetime) -> None:
    """A student's signature speaks of what it was put under, and of nothing else. The caller keeps the session."""
    session.submitted_at = session.submitted_by = None
    session.deviations = []
    cancel_checks(session, by=by, at=at, why="the student's signature was lifted")


def _check_clock(session: NeedlingSession, *, at: datetime) -> None:
    if session.started_at is None:
        raise ValidationError({"started_at": "Say when the treatment began."})
    if (session.started_at - at).total_seconds() > ALLOWED_CLOCK_SKEW_S:
        raise ValidationError({"started_at": "A treatment cannot begin in the future. Give the time it began."})
    if session.started_at < _midnight(session.patient.date_of_birth):
        raise ValidationError({"started_at": "The patient was not born then. Check the year."})
    if session.ended_at and session.ended_at < session.started_at:
        raise ValidationError({"ended_at": "A session cannot end before it starts."})


def _midnight(day: date) -> datetime:
    """The first moment of a day anywhere on earth."""
    return datetime.combine(day, time.min, tzinfo=timezone(timedelta(hours=14)))


def _arrange(
    session: NeedlingSession,
    stored: list[Site],
    wanted: list[Mapping[str, Any]] | None,
    found: references.References,
    *,
    by: User,
) -> Arranged:
    """The sites in their new order, with what became different in them."""
    if wanted is None:
        return Arranged(stored, [], set(), [])
    known = {site.pk: site for site in stored}
    arranged = Arranged([], [], set(), [])
    places = places_for([known[v["id"]].position if v["id"] in known else None for v in wanted])
    for position, values in zip(places, wanted, strict=True):
        site = known.pop(values["id"], None) or Site(pk=values["id"], practice=session.practice, created_by=by)
        site.session = session
        different = content.apply(site, {c: values[c] for c in content.SITE_CONTENT} | {"position": position})
        found.point_site(site)
        arranged.rows.append(site)
        if different or site._state.adding:
            arranged.changed.append(site)
            arranged.fields |= {column.removesuffix("_id") for column in different}
    arranged.removed = list(known.values())
    return arranged
