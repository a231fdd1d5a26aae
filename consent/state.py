"""Where a patient stands: which consents are in force, and which screening counts. A fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from consent.coverage import SCOPES, Circumstances, ConsentGiven, Coverage, Withdrawn, in_force
from consent.models import Consent, ConsentText, Screening, Withdrawal
from patients.models import Patient
from practice.models import Practice

# A consent or screening taken this long after the session was begun still belongs to the same visit: the session is
# often opened first and the tablet handed over then.
SAME_VISIT = timedelta(hours=2)


@dataclass(frozen=True)
class Standing:
    """The patient's consents as the pure rule sees them (three queries, however many there are)."""

    consents: tuple[ConsentGiven, ...]
    withdrawals: tuple[Withdrawn, ...]
    reconsent_since: datetime | None

    def coverage(self, scopes: Iterable[str], when: Circumstances) -> dict[str, Coverage]:
        return {scope: in_force(scope, self.consents, self.withdrawals, when) for scope in scopes}


def standing(patient: Patient) -> Standing:
    rows = Consent.objects.of_patient(patient).select_related("text").defer("signature")
    taken_back = Withdrawal.objects.of_patient(patient)
    texts = ConsentText.objects.filter(practice=patient.practice_id, reconsent_required=True)
    newest = texts.exclude(published_at=None).order_by("-published_at").values_list("published_at", flat=True).first()
    return Standing(
        tuple(ConsentGiven(c.pk, c.given_at, c.valid_until, c.decisions, c.text.published_at) for c in rows),
        tuple(Withdrawn(w.consent_id, w.scope, w.withdrawn_at) for w in taken_back),
        newest,
    )


def circumstances(
    practice: Practice, *, started_at: datetime, now: datetime, last_treated_at: datetime | None
) -> Circumstances:
    """Judged at the start of the session, so that a late entry can be signed; withdrawals count up to now."""
    earlier = last_treated_at if last_treated_at and last_treated_at < started_at else None
    return Circumstances(
        at=min(now, started_at + SAME_VISIT) if now > started_at else started_at,
        today=practice.local_date(started_at),
        now=now,
        last_treated_on=practice.local_date(earlier) if earlier else None,
        absence_days=practice.absence_days_before_new_consent,
        reconsent_since=None,
    )


def coverage_now(patient: Patient, *, at: datetime) -> dict[str, Coverage]:
    """Every scope as it stands at a moment, for the consent page and the banner."""
    stands = standing(patient)
    when = circumstances(patient.practice, started_at=at, now=at, last_treated_at=patient.last_session_at)
    return stands.coverage(SCOPES, with_texts(when, stands))


def with_texts(when: Circumstances, stands: Standing) -> Circumstances:
    return replace(when, reconsent_since=stands.reconsent_since)


def screening_for(patient: Patient, *, started_at: datetime) -> Screening | None:
    """The newest screening of the visit or before it."""
    return Screening.objects.of_patient(patient).before(started_at + SAME_VISIT).first()


def screened_today(screening: Screening | None, *, practice: Practice, at: datetime) -> bool:
    if screening is None or not screening.is_reviewed:
        return False
    return at - screening.taken_at <= timedelta(hours=practice.screening_valid_hours)


def valid_until(practice: Practice, given_at: datetime) -> date:
    return practice.local_date(given_at) + timedelta(days=practice.consent_valid_days)
