"""The report of a course of care: figures from the record, a dash where nobody asked."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median

from django.db.models import Q

from patients.models import Patient
from practice.models import User
from reports import contents
from reports.gathering import course as record
from reports.gathering import shared
from reports.gathering.course import FIRST_DAY, THIRD_DAY, Course
from reports.gathering.letters import event_told
from reports.letter_words import counted, listed, sentence
from reports.short_names import short_names
from treatments import narrative, outcome_series
from treatments.instruments import plain
from treatments.models import Episode, NeedlingSession, Score, Site
from treatments.outcome_plot import outcome_plot
from treatments.outcomes import Series

# The change of pain that mattered to patients with low back pain, after one week and after four.
PAIN_BAND = contents.Band(
    1.5,
    2.2,
    "Band: the smallest change that mattered to patients, 1.5 (four weeks) to 2.2 points (one week) below the first visit. "
    "Childs 2005, PMID 15928561. A yardstick, not a verdict.",
)


def course_report(episode: Episode, *, document: str, by: User, at: datetime) -> contents.CourseReport:
    """What the report of a course of care says now. Needs at least one signed session in it."""
    return told(record.of_episode(episode, at=at), episode, document=document, by=by, at=at)


def told(course: Course, episode: Episode, *, document: str, by: User, at: datetime) -> contents.CourseReport:
    series = outcome_series.series_of(episode.patient, episode=episode)
    visits = _visits(course)
    return contents.CourseReport(
        practice=shared.letterhead_of(course.practice),
        practitioner=shared.practitioner_of(episode.practitioner),
        patient=_patient(course.patient),
        title=episode.title,
        facts=_facts(course, episode),
        document=document,
        in_short=_in_short(course),
        visits=visits,
        band=PAIN_BAND,
        plots=tuple(contents.OutcomePlot(s.title, outcome_plot(s)) for s in series if _is_plotted(s)),
        outcomes=tuple(outcome for s in series for outcome in _outcome(s)),
        muscles=_muscles(course),
        response=_response(course, episode),
        plan=_plan(course.last),
        made=f"Made {shared.moment(at, course.practice.zone)} by {by.full_name} from the signed record.",
        language=course.practice.locale,
    )


def _patient(patient: Patient) -> contents.Patient:
    born = shared.long_day(patient.date_of_birth)
    return contents.Patient(patient.full_name, born, f"{patient.record_number:06d}")


def _facts(course: Course, episode: Episode) -> tuple[contents.Pair, ...]:
    local = course.practice.local_date
    first, last = (shared.long_day(local(s.started_at)) for s in (course.sessions[0], course.last))
    when = first if first == last else f"{first} to {last}"
    who = episode.practitioner
    planned = f" of {episode.planned_sessions} planned" if episode.planned_sessions else ""
    needles = narrative.count(sum(course.needles(s) for s in course.sessions), "needle", "needles")
    pairs = (
        ("Course", f"{when}, {episode.get_status_display().lower()}"),
        ("Practitioner", ", ".join(filter(None, (who.full_name, who.profession, who.registration_number)))),
        ("Problem", episode.problem or episode.title),
        ("Referred by", str(course.patient.referrer) if course.patient.referrer else ""),
        ("Working diagnosis", episode.diagnosis),
        ("Visits", f"{len(course.sessions)} held{planned}; {needles}"),
        ("Goals", episode.goals),
    )
    return tuple((name, value) for name, value in pairs if value)


def _visits(course: Course) -> tuple[contents.Visit, ...]:
    names = _names(course)
    return tuple(_visit(number, session, course, names) for number, session in enumerate(course.sessions, 1))


def _visit(number: int, session: NeedlingSession, course: Course, names: dict[str, str]) -> contents.Visit:
    sites = course.sites[session.pk]
    day = course.practice.local_date(session.started_at)
    passes = [site.insertions for site in sites if site.insertions is not None]
    twitches = [site.twitch_count for site in sites if site.twitch_count is not None]
    return contents.Visit(
        label=str(number),
        date=f"{day.day} {day:%b}",
        treated=", ".join(dict.fromkeys(names[sided(site)] for site in sites)) or "No needling",
        needles=course.needles(session),
        passes=sum(passes) if passes else None,
        twitches=sum(twitches) if twitches else None,
        before=session.pain_before,
        after=session.pain_after,
        soreness_24=course.soreness_at(session, FIRST_DAY),
        soreness_72=course.soreness_at(session, THIRD_DAY),
        note="; ".join(event_told(e, course, day=False) for e in course.events if e.session_id == session.pk),
    )


def sided(site: Site) -> str:
    return narrative.sided(site.structure.name, site.side)


def _names(course: Course) -> dict[str, str]:
    """`Right upper trapezius` -> `UT`; with R or L in front where a muscle was needled on both sides."""
    found = {sided(site): (site.side, narrative.spoken(site.structure.name))
             for session in course.sessions for site in course.sites[session.pk]}  # fmt: skip
    short = short_names([name for _, name in found.values()])
    both = {name for _, name in found.values() if len({s for s, n in found.values() if n == name}) > 1}
    sides = {"left": "L ", "right": "R "}
    return {full: f"{sides.get(side, '') if name in both else ''}{short[name]}" for full, (side, name) in found.items()}


def _muscles(course: Course) -> tuple[contents.MuscleRow, ...]:
    """Most passes first. Zero: not needled at that visit; None: needled, and nobody counted the passes."""
    names, counts = _names(course), [_passes(course.sites[s.pk]) for s in course.sessions]
    rows = {name: tuple(passes.get(name, 0) for passes in counts) for name in names}
    ranked = sorted(rows.items(), key=lambda row: -sum(p or 0 for p in row[1]))
    return tuple(contents.MuscleRow(f"{name} ({names[name]})", passes) for name, passes in ranked)


def _passes(sites: Sequence[Site]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for site in sites:
        name = sided(site)
        known = found.get(name)
        found[name] = known if site.insertions is None else (known or 0) + site.insertions
    return found


def _is_plotted(series: Series) -> bool:
    """Entered scores of more than one day; pain at the sessions has its own plot."""
    return series.origin == "scores" and len(series.course) > 1


def _outcome(series: Series) -> Sequence[contents.Outcome]:
    values = [point.value for point in series.course]
    if not values or values[0] is None or values[-1] is None:
        return []
    one, first, last = series.instrument, values[0], values[-1]
    change = f"{last - first:+f}" if len(values) > 1 else ""
    sign, amount = change[:1].replace("-", "−"), change[1:]
    source = f"{one.mcid}; {one.mcid_source}" if one.mcid_low is not None else "Not sourced"
    name = f"{one.name}, before treatment" if (one.key, series.origin) == ("nprs", "sessions") else series.title
    unit = one.unit if one.unit == "°" else f" {one.unit}" if one.unit else ""
    return [
        contents.Outcome(
            name, f"{plain(first)}{unit}", f"{plain(last)}{unit}" if len(values) > 1 else "",
            f"{sign}{plain(Decimal(amount))}{unit}".replace("+0", "0") if change else "", one.better, source,
        )
    ]  # fmt: skip


def _in_short(course: Course) -> str:
    """Pain, soreness and unwanted effects in two or three sentences; what was not asked is not said."""
    return " ".join(filter(None, [_pain(course), _sore(course), _unwanted(course)]))


def _pain(course: Course) -> str:
    scored = [s.pain_before for s in course.sessions if s.pain_before is not None]
    if len(scored) < 2:
        return ""
    over = counted(len(course.sessions), "visit", "visits")
    first, last = scored[0], scored[-1]
    if first == last:
        return f"Pain before treatment was {first} at the first and at the latest of {over}."
    return f"Pain before treatment {'fell' if last < first else 'rose'} from {first} to {last} over {over}."


def _sore(course: Course) -> str:
    scores = [a.score for s in course.sessions for a in course.answers[s.pk] if a.score is not None]
    return f"Soreness after needling was never above {max(scores)} where it was asked." if scores else ""


def _unwanted(course: Course) -> str:
    if not course.events:
        return "No adverse event is on record."
    many = counted(len(course.events), "adverse event is", "adverse events are")
    return f"{many[:1].upper()}{many[1:]} on record: {listed([event_told(e, course) for e in course.events])}."


def _response(course: Course, episode: Episode) -> tuple[str, ...]:
    said = (_most(course), _answered(course, "24", FIRST_DAY), _answered(course, "72", THIRD_DAY), _unwanted(course),
            _ledger(course), _left_out(episode))  # fmt: skip
    return tuple(filter(None, said))


def _most(course: Course) -> str:
    """The highest dose in one muscle, and the visit with most twitches."""
    doses = [(passes, name, number) for number, session in enumerate(course.sessions, 1)
             for name, passes in _passes(course.sites[session.pk]).items() if passes]  # fmt: skip
    if not doses:
        return ""
    most, name, number = max(doses, key=lambda dose: dose[0])
    said = f"Most passes in one muscle: {name[:1].lower()}{name[1:]}, {most} at visit {number}."
    twitches = [
        (sum(site.twitch_count or 0 for site in course.sites[s.pk]), n) for n, s in enumerate(course.sessions, 1)
    ]
    count, visit = max(twitches)
    return f"{said} Most twitches: {count} at visit {visit}." if count else said


def _answered(course: Course, hours: str, window: tuple[int, int]) -> str:
    found = [score for s in course.sessions if (score := course.soreness_at(s, window)) is not None]
    asked = (
        f"Soreness at {hours} hours: answered after {len(found)} of {counted(len(course.sessions), 'visit', 'visits')}"
    )
    return f"{asked}, median {median(found):g}, highest {max(found)}." if found else f"{asked}."


def _ledger(course: Course) -> str:
    needled = [s for s in course.sessions if course.needles(s)]
    agreed = [s for s in needled if s.needles_out == course.needles(s)]
    if not needled:
        return ""
    if len(agreed) == len(needled):
        return "Needles in and out agreed at every visit."
    return f"Needles in and out agreed at {len(agreed)} of {counted(len(needled), 'visit', 'visits')} with needling."


def _left_out(episode: Episode) -> str:
    """Sessions of the course that are not in the figures: a report must not look whole where it is not."""
    status = NeedlingSession.Status
    void, draft = (episode.sessions.filter(status=state).count() for state in (status.VOID, status.DRAFT))
    parts = [counted(void, "void session", "void sessions") if void else "",
             counted(draft, "session not signed yet", "sessions not signed yet") if draft else ""]  # fmt: skip
    told = listed(list(filter(None, parts)))
    return f"Not counted here: {told}." if told else ""


def _plan(session: NeedlingSession) -> tuple[str, ...]:
    """The plan of the latest visit, a line or a sentence each, in its own words."""
    lines = [line.strip(" -•\t") for line in session.plan.splitlines() if line.strip()]
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z])", lines[0]) if len(lines) == 1 else lines
    review = [f"Next review {shared.long_day(session.next_review_on)}."] if session.next_review_on else []
    return tuple([sentence(part) for part in parts] + review)


def score_versions(episode: Episode) -> dict[str, int]:
    """Which states of the entered scores a report was made from."""
    rows = Score.objects.of_patient(episode.patient).standing()
    return {
        str(pk): version
        for pk, version in rows.filter(Q(episode=episode) | Q(session__episode=episode)).values_list("pk", "version")
    }
