"""What is missing before somebody may be needled today, in a few words each: for lists of people who wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from consent import state
from consent.capacity import ADULT_ENOUGH
from consent.coverage import Coverage, in_force
from consent.models import Screening
from patients.models import Patient
from practice.models import Practice

ENDS_SOON = timedelta(days=14)
SAID_NO = {"refused": "Said no to needling", "withdrawn": "Consent taken back"}
LAPSED = {"superseded": "New consent text: ask again", "absent": "Away for long: ask for consent again"}


@dataclass(frozen=True)
class Mark:
    """`level` as on tags; `cure`: take, renew, hand_over, complete or review, empty when nothing is to be done."""

    level: str
    words: str
    cure: str = ""


@dataclass(frozen=True)
class Readiness:
    consent: Mark
    screening: Mark

    @property
    def is_ready(self) -> bool:
        return not (self.consent.cure or self.screening.cure)


def readiness_of(patients: Sequence[Patient], *, practice: Practice, at: datetime) -> dict[UUID, Readiness]:
    """By the record that stands for each person: four queries, however many there are."""
    stands = state.standings(patients, practice=practice)
    newest = _newest_screenings(patients, practice, at)
    return {
        patient.whole_id: Readiness(
            _consent(patient.whole, stands[patient.whole_id], practice, at),
            _screening(newest.get(patient.whole_id), practice, at),
        )
        for patient in patients
    }


def _consent(patient: Patient, stands: state.Standing, practice: Practice, at: datetime) -> Mark:
    when = state.circumstances(practice, started_at=at, now=at, last_treated_at=patient.last_session_at)
    covered = in_force("general", stands.consents, stands.withdrawals, state.with_texts(when, stands))
    if covered.in_force:
        return _until(covered, when.today)
    if covered.why in SAID_NO:
        return Mark("stop", SAID_NO[covered.why], "take")
    if patient.age_on(when.today) < ADULT_ENOUGH:
        return Mark("stop", "No consent: guardian needed", "take")
    if covered.why == "none":
        return Mark("reason", "No consent", "take")
    if covered.why == "expired" and covered.valid_until:
        return Mark("reason", f"Consent ran out {_day(covered.valid_until)}", "renew")
    return Mark("reason", LAPSED.get(covered.why, "No consent in force"), "renew")


def _until(covered: Coverage, today: date) -> Mark:
    if covered.valid_until is None:
        return Mark("ok", "Consent given")
    left = covered.valid_until - today
    if left > ENDS_SOON:
        return Mark("ok", f"Consent to {_day(covered.valid_until)}")
    if not left:
        return Mark("warn", "Consent ends today", "renew")
    return Mark("warn", f"Consent ends in {left.days} day{'' if left.days == 1 else 's'}", "renew")


def _newest_screenings(patients: Sequence[Patient], practice: Practice, at: datetime) -> dict[UUID, Screening]:
    """The newest of each person that could still count; what is older says nothing about today."""
    since = at - timedelta(hours=practice.screening_valid_hours)
    rows = Screening.objects.of_patients(patients).filter(taken_at__gte=since).before(at + state.SAME_VISIT)
    found: dict[UUID, Screening] = {}
    for screening in rows.select_related("patient").defer("answers"):
        found.setdefault(screening.patient.whole_id, screening)
    return found


def _screening(screening: Screening | None, practice: Practice, at: datetime) -> Mark:
    if screening is None:
        return Mark("reason", "Not screened today", "hand_over")
    if not screening.complete:
        return Mark("reason", "Screening not complete", "complete")
    if not screening.is_reviewed:
        return Mark("reason", "Screening to review", "review")
    taken = screening.taken_at.astimezone(practice.zone)
    day = "" if taken.date() == practice.local_date(at) else f"{_day(taken.date())} "
    return Mark("ok", f"Screened {day}{taken:%H:%M}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
