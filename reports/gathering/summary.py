"""The page a patient takes home: plain words, and what to expect from this patient's own earlier answers."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from reports import contents
from reports.gathering import shared
from treatments import soreness
from treatments.follow_up_grades import answer_of
from treatments.models import FollowUp, NeedlingSession, Site
from treatments.narrative import sided
from treatments.plain_words import where

ANSWER = ("hours_since", "soreness", "still_sore", "red_flags", "session__started_at", "patient__merged_into")
WHAT_IT_IS = (
    "A very thin needle, with no medicine in it, goes into a tight and tender spot in a muscle. The muscle may twitch "
    "for a moment, which is normal, and then it can relax and hurt less."
)
EXPECT = (
    "It is common to be sore for a day or two, like after hard exercise, sometimes for three days. A small bruise or "
    "feeling tired is common too."
)
HELPS = (
    "Move gently and often.",
    "Try a warm shower or a heat pack.",
    "Wait a day before hard training.",
    "Do not drive if you feel sleepy or faint.",
)
URGENT = (
    "Chest pain, or you feel short of breath",
    "Pain when you breathe in, or a new dry cough",
    "New weakness or numbness, or very bad neck or back pain",
    "You faint again, or bleeding does not stop",
    "A swelling that keeps growing",
)
SOON = (
    "Fever, or skin that turns hot and red, or leaks pus",
    "Soreness of 7 or more out of 10",
    "Still sore after 3 days",
)


def patient_summary(
    session: NeedlingSession, sites: Sequence[Site], *, document: str, expected: soreness.Expected | None
) -> contents.PatientSummary:
    """What the summary of a signed session says. `expected` is what `expected_of` found for it."""
    local = timezone.localtime(session.started_at, session.practice.zone)
    return contents.PatientSummary(
        practice=shared.practice_of(session),
        practitioner=shared.practitioner_of(session.practitioner),
        patient=shared.patient_of(session, sites),
        date=f"{local:%A} {shared.long_day(local.date())}",
        document=document,
        urgent=_urgent(session, sites),
        soon=contents.Warning("Call us the same day", SOON, "Cannot reach us? See a doctor that day."),
        points=shared.points_of(session, sites),
        spots=_spots(sites),
        referrals=shared.referrals_of(sites),
        needles=_needles(session, sites),
        change=_change(session),
        what_it_is=WHAT_IT_IS,
        expect=_expect(expected),
        soreness=contents.Soreness(expected.median_hours, expected.low_hours, expected.high_hours)
        if expected
        else None,
        helps=HELPS,
        next_visit=shared.long_day(session.next_review_on) if session.next_review_on else "",
        check_in=_check_in(session) if sites else "",
        void=shared.void_line(session),
        language=session.practice.locale,
    )


def _urgent(session: NeedlingSession, sites: Sequence[Site]) -> contents.Warning:
    near_lung = any(site.structure.pneumothorax_risk for site in sites)
    note = "This is rare. It can start hours or days later."
    note += " Say that you had dry needling near the chest." if near_lung else " Say that you had dry needling."
    return contents.Warning(f"Call {session.practice.emergency_number} now", URGENT, note)


def _spots(sites: Sequence[Site]) -> tuple[contents.Spot, ...]:
    """Several needles in one muscle share a line."""
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    for number, site in enumerate(sites, start=1):
        said = where(site.structure_id, site.structure.area_id, site.side, site.structure.name)
        lines[said, site.side].append(number)
        names.setdefault((said, site.side), sided(site.structure.name, site.side))
    return tuple(contents.Spot(tuple(numbers), place[0], names[place]) for place, numbers in lines.items())


def _needles(session: NeedlingSession, sites: Sequence[Site]) -> str:
    total = sum(site.needles for site in sites)
    went_in = session.needles_in if session.needles_in is not None else total
    if not went_in:
        return ""
    if session.discrepancy_kind == "retained_on_purpose" and session.remove_by:
        left = went_in - (session.needles_out or 0)
        return f"{left} small needle{'' if left == 1 else 's'} stays in. Have it out by {shared.long_day(session.remove_by)}."
    same = went_in == session.needles_out
    return f"{went_in} needle{'' if went_in == 1 else 's'} in, {session.needles_out or 0} out{': we counted' if same else ''}."


def _change(session: NeedlingSession) -> str:
    if session.pain_before is None or session.pain_after is None:
        return ""
    return f"Your pain went from {session.pain_before} to {session.pain_after} out of 10."


def expected_of(sessions: Sequence[NeedlingSession]) -> dict[UUID, soreness.Expected | None]:
    """The soreness to expect after each session, from that patient's own answers to earlier ones. One query for all."""
    answered = FollowUp.objects.of_patients([session.patient for session in sessions])
    answered = answered.filter(kind=FollowUp.Kind.SORENESS_CHECK, answered_at__isnull=False, session__isnull=False)
    checks: dict[UUID, list[FollowUp]] = defaultdict(list)
    for check in answered.select_related("session", "patient").only(*ANSWER):
        checks[check.patient.whole_id].append(check)
    return {session.pk: _expected(session, checks[session.patient.whole_id]) for session in sessions}


def _expected(session: NeedlingSession, checks: Sequence[FollowUp]) -> soreness.Expected | None:
    visits: dict[UUID | None, list[soreness.Answer]] = defaultdict(list)
    for check in checks:
        if check.session is not None and check.session.started_at < session.started_at:
            visits[check.session_id].append(answer_of(check))
    return soreness.expected(list(visits.values()))


def _expect(expected: soreness.Expected | None) -> str:
    if expected is None:
        return EXPECT
    visits = "last visit" if expected.visits == 1 else f"last {expected.visits} visits"
    return (
        f"After your {visits} you felt sore for about {expected.median_hours} hours, like after hard exercise, and never "
        f"more than {expected.peak} out of 10. This time may be much the same. A small bruise or feeling tired is common too."
    )


def _check_in(session: NeedlingSession) -> str:
    days = [round(hours / 24) for hours in session.practice.soreness_offsets_hours]
    words = ["tomorrow" if d == 1 else f"in {d} days" for d in days]
    said = " and ".join(words)
    return f"We will ask you {said} how sore you are." if words else ""
