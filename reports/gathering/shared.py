"""What every document of a session says in the same words."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.utils import timezone

from consent.regions import labels, rows
from practice.models import Practice, User
from reports import contents
from treatments import bodychart
from treatments.chart_dots import body_of, dots_of
from treatments.models import NeedlingSession, Site


def practice_of(session: NeedlingSession) -> contents.Practice:
    return letterhead_of(session.practice)


def letterhead_of(practice: Practice) -> contents.Practice:
    return contents.Practice(
        name=practice.name,
        address=practice.address,
        phone=practice.phone,
        after_hours_phone=practice.after_hours_phone,
        email=practice.email,
        emergency_number=practice.emergency_number,
        paper_size=practice.paper_size,
    )


def patient_of(session: NeedlingSession, sites: Sequence[Site]) -> contents.Patient:
    patient = session.patient
    return contents.Patient(
        name=patient.whole.full_name,
        born=long_day(patient.whole.date_of_birth),
        record_number=f"{patient.whole.record_number:06d}",
        body=body_of(patient, sites),
        chart_version=session.chart_version or bodychart.VERSION,
    )


def practitioner_of(user: User) -> contents.Practitioner:
    name = f"{user.full_name}, {user.post_nominals}" if user.post_nominals else user.full_name
    return contents.Practitioner(name, user.profession, user.registration_number)


def points_of(session: NeedlingSession, sites: Sequence[Site]) -> tuple[contents.Point, ...]:
    return tuple(
        contents.Point(
            dot.number,
            dot.view,
            dot.x,
            dot.y,
            tuple(sorted(bodychart.muscles_of(dot.structure))),
            cast(contents.Side, dot.side),
        )
        for dot in dots_of(session.patient, sites)
    )


def referrals_of(sites: Sequence[Site]) -> tuple[contents.Referral, ...]:
    """Where pain was felt elsewhere, each region once per side; midline regions have no side."""
    sided = {row["key"]: row["sidedness"] == "paired" for row in rows()}
    found: dict[tuple[str, str], contents.Referral] = {}
    for site in sites:
        for key in site.referred_to:
            side = site.side if sided.get(key) else "midline"
            words = labels().get(key, key).lower()
            words = f"{side} {words}" if side != "midline" else words
            found[key, side] = contents.Referral(key, cast(contents.Side, side), words)
    return tuple(found.values())


ADJUNCTS = {"hvla": "HVLA"}


def adjunct(key: str) -> str:
    """What was done beside the needles, in words."""
    return ADJUNCTS.get(key, key.replace("_", " "))


def long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    local = timezone.localtime(at, zone)
    return f"{short_day(local.date())}, {local:%H:%M}"


def void_line(session: NeedlingSession) -> str:
    if session.void_at is None or session.void_by is None:
        return ""
    return f"{session.void_reason} ({session.void_by.full_name}, {moment(session.void_at, session.practice.zone)})"
