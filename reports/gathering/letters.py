"""A letter: its first words from the record, and what it says when it is drawn."""

from collections.abc import Sequence
from datetime import datetime

from consent import screening_form
from patients.models import Contact, Patient
from reports import contents, letter_words
from reports.gathering import course as courses
from reports.gathering import shared
from reports.gathering.consent import METHODS
from reports.gathering.course import Course
from reports.letter_words import Heard, Story
from reports.models import Letter
from treatments import adverse, narrative
from treatments.facts import site_told
from treatments.instruments import plain
from treatments.models import AdverseEvent, NeedlingSession
from treatments.outcomes import Series

FACTS = ("pain", "scores", "motion", "needling", "effects", "alerts")  # keys, in the order they print
MEDICINES = {"anticoagulant", "allergy"}  # alerts that another doctor reads first


def course_of(letter: Letter, *, at: datetime) -> Course:
    """What the letter is about: a session, a course of care, or all that was signed."""
    if letter.session is not None:
        return courses.of_session(letter.session, letter.patient)
    if letter.episode is not None:
        return courses.of_episode(letter.episode, at=at)
    return courses.of_patient(letter.patient, at=at)


def first_words(course: Course, contact: Contact | None) -> dict[str, str]:
    """The texts of a new letter."""
    patient = course.patient
    story = story_of(course, contact)
    born = shared.long_day(patient.date_of_birth)
    return {
        **addressed(contact),
        "regarding": f"{patient.full_name}, born {born}",
        "presentation": letter_words.presentation(story),
        "treatment": letter_words.treatment(story),
        "response": letter_words.response(story),
        "plan": letter_words.plan(story),
        "remarks": letter_words.remarks(story),
        "farewell": "Kind regards,",
    }


def addressed(contact: Contact | None) -> dict[str, str]:
    """The lines of the envelope and the salutation."""
    if contact is None:
        return {"addressee": "", "salutation": letter_words.salutation("")}
    address = [part.strip() for part in contact.address.split(",", 1)]
    lines = [contact.name, contact.organisation, *address]
    return {
        "addressee": "\n".join(filter(None, lines)),
        "salutation": letter_words.salutation(contact.name),
    }


def story_of(course: Course, contact: Contact | None) -> Story:
    patient, episode = course.patient, course.episode or course.last.episode
    referrer = patient.referrer_id is not None and contact is not None and patient.referrer_id == contact.pk
    review = course.last.next_review_on
    peaks = [max((a.score for a in course.answers[s.pk] if a.score is not None), default=None)
             for s in course.sessions]  # fmt: skip
    return Story(
        patient=patient.full_name,
        sessions=tuple(_heard(session, course) for session in course.sessions),
        referred_by_addressee=referrer,
        problem=(episode.problem or episode.title) if episode else "",
        diagnosis=episode.diagnosis if episode else "",
        events=tuple(event_told(event, course) for event in course.events),
        soreness=tuple(peak for peak in peaks if peak is not None),
        next_review=shared.long_day(review) if review else "",
        consent=_consent(course),
        screening=_screening(course.last),
    )


def _heard(session: NeedlingSession, course: Course) -> Heard:
    told = [site_told(site) for site in course.sites[session.pk]]
    return Heard(
        day=shared.long_day(course.practice.local_date(session.started_at)),
        subjective=session.subjective,
        objective=session.objective,
        assessment=session.assessment,
        plan=session.plan,
        sites=tuple(narrative.sentence(site) for site in told),
        muscles=tuple(dict.fromkeys(small(narrative.sided(site.structure, site.side)) for site in told)),
        needles=course.needles(session),
        before=session.pain_before,
        after=session.pain_after,
        adjuncts=tuple(shared.adjunct(key) for key in session.adjuncts),
    )


def small(words: str) -> str:
    return words[:1].lower() + words[1:]


def event_told(event: AdverseEvent, course: Course, *, day: bool = True) -> str:
    """`bruising on 20 November 2025`."""
    kind = adverse.kinds().get(event.kind)
    said = small(kind.label) if kind else event.kind.replace("_", " ")
    return f"{said} on {shared.long_day(course.practice.local_date(event.onset_at))}" if day else said


def _consent(course: Course) -> str:
    """The one shown in the last session, as it was given."""
    consent = course.last.consent
    if consent is None:
        return ""
    how = small(METHODS[consent.method])
    return f"given on {shared.long_day(course.practice.local_date(consent.given_at))} ({how})"


def _screening(session: NeedlingSession) -> tuple[str, ...]:
    if session.screening is None:
        return ()
    return tuple(_answered(a) for a in session.screening.answers if a["answer"] != "no")


def _answered(answer: dict[str, str]) -> str:
    """`anticoagulant medicine (apixaban)`; an unsure answer says so."""
    row = screening_form.rows().get(answer["key"])
    said = small(row.label) if row else answer["key"].replace("_", " ")
    more = ", ".join(filter(None, ["unsure" if answer["answer"] == "unsure" else "", answer["detail"]]))
    return f"{said} ({more})" if more else said


def facts(course: Course) -> dict[str, contents.Pair]:
    """The short facts, each under its key; what the record does not hold has no row."""
    rows = {
        "pain": ("Pain, NPRS 0 to 10", _pain(course)),
        "scores": ("Outcome scores", "; ".join(filter(None, map(_score, course.outcomes)))),
        "motion": ("Range of motion", _motion(course)),
        "needling": ("Needling", _needling(course)),
        "effects": ("Unwanted effects", _effects(course)),
        "alerts": ("To know", "; ".join(_alert(a.get_kind_display(), a.text) for a in course.alerts if a.kind in MEDICINES)),
    }  # fmt: skip
    return {key: row for key, row in rows.items() if row[1]}


def _pain(course: Course) -> str:
    scored = [(i, s) for i, s in enumerate(course.sessions, 1) if s.pain_before is not None]
    if len(scored) > 1:
        (first, a), (last, b) = scored[0], scored[-1]
        return f"{a.pain_before} at visit {first}, {b.pain_before} at visit {last} (before treatment)"
    last_one = course.last
    if last_one.pain_before is not None and last_one.pain_after is not None:
        return f"{last_one.pain_before} before treatment, {last_one.pain_after} after"
    return f"{last_one.pain_before} before treatment" if last_one.pain_before is not None else ""


def _score(series: Series) -> str:
    """First and latest of one instrument: `Neck Disability Index 44 of 50 on 3 October 2025, 22 of 50 on 4 May 2026`."""
    points = series.course
    if not points:
        return ""
    shown = [points[0]] if len(points) == 1 else [points[0], points[-1]]
    one = series.instrument
    unit = one.unit if one.unit == "°" else f" {one.unit}" if one.unit else f" of {plain(one.most)}"
    told = [f"{plain(p.value)}{unit} on {shared.long_day(p.day)}" for p in shown if p.value is not None]
    return f"{series.title} {', '.join(told)}"


def _motion(course: Course) -> str:
    """First and latest of each movement, in degrees."""
    found: dict[str, list[int]] = {}
    for session in course.sessions:
        for entry in session.range_of_motion:
            side = f", {entry['side']}" if entry.get("side") in ("left", "right") else ""
            values = [entry.get(when) for when in ("before", "after") if entry.get(when) is not None]
            found.setdefault(f"{small(str(entry['movement']).strip())}{side}", []).extend(values)
    return "; ".join(f"{name} {v[0]}°" + (f" to {v[-1]}°" if len(v) > 1 else "") for name, v in found.items() if v)


def _needling(course: Course) -> str:
    needled = [s for s in course.sessions if course.sites[s.pk]]
    if not needled:
        return "None"
    total = sum(course.needles(s) for s in needled)
    sides = {site.side for s in needled for site in course.sites[s.pk]} - {"midline"}
    side = f", {sides.copy().pop()} side only" if len(sides) == 1 else ""
    electrical = any(site.technique == "electrical" for s in needled for site in course.sites[s.pk])
    needles = narrative.count(total, "needle", "needles")
    sessions = letter_words.counted(len(needled), "session", "sessions")
    return f"{needles} in {sessions}{side}; {'with' if electrical else 'no'} electrical stimulation"


def _effects(course: Course) -> str:
    scores = [a.score for s in course.sessions for a in course.answers[s.pk] if a.score is not None]
    answered = sum(1 for s in course.sessions if course.answers[s.pk])
    sore = (
        f"Soreness at most {max(scores)} out of 10, answered after {answered} of {len(course.sessions)}"
        if scores
        else ""
    )
    events = [event_told(event, course) for event in course.events]
    told = "; ".join(filter(None, [sore, *events]))
    return f"{told[:1].upper()}{told[1:]}" if told else "None on record; no answer about soreness"


def _alert(kind: str, text: str) -> str:
    return f"{kind}: {text}" if text else kind


def letter_facts(row: Letter, *, at: datetime) -> dict[str, contents.Pair]:
    """The facts a letter could print, whether left out or not."""
    course = course_of(row, at=at)
    return facts(course) if course.sessions else {}


def letter(row: Letter, *, document: str, at: datetime, draft: bool = False) -> contents.Letter:
    """What a letter says now: the author's words, the facts of today's record."""
    told = letter_facts(row, at=at)
    return contents.Letter(
        practice=shared.letterhead_of(row.practice),
        practitioner=shared.practitioner_of(row.author),
        patient=_patient(row.patient),
        date=shared.long_day(row.practice.local_date(at)),
        document=document,
        addressee=_lines(row.addressee),
        subject=row.regarding.strip(),
        salutation=row.salutation.strip(),
        opening=_present((row.presentation, row.treatment)),
        facts=tuple(pair for key, pair in told.items() if key not in row.left_out),
        closing=_present((row.response, row.plan, row.remarks)),
        farewell=row.farewell.strip(),
        enclosures=row.enclosures.strip(),
        draft=draft,
        language=row.practice.locale,
    )


def _patient(patient: Patient) -> contents.Patient:
    born = shared.long_day(patient.date_of_birth)
    return contents.Patient(patient.full_name, born, f"{patient.record_number:06d}")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _present(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())
