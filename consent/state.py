"""Where a patient stands: which consents are in force, and which screening counts. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from consent.capacity import Care, cares
from consent.coverage import SCOPES, Circumstances, ConsentGiven, Coverage, Withdrawn, in_force
from consent.models import Consent, ConsentText, Screening, Withdrawal
from patients.models import Patient
from practice.models import Practice

# A consent or screening taken this long after the session was begun still belongs to the same visit: the session is
# often opened first and the tablet handed over then.
SAME_VISIT = timedelta(hours=2)
HEAVY = ("signature", "text__sections", "text__risks", "text__scope_items")  # no rule asks for them


@dataclass(frozen=True)
class Standing:
    """The patient's consents as the pure rule sees them (three queries, however many there are)."""

    consents: tuple[ConsentGiven, ...]
    withdrawals: tuple[Withdrawn, ...]
    reconsent_since: Mapping[str, datetime]

    def coverage(self, scopes: Iterable[str], when: Circumstances) -> dict[str, Coverage]:
        return {scope: in_force(scope, self.consents, self.withdrawals, when) for scope in scopes}


def standing(patient: Patient) -> Standing:
    rows = Consent.objects.of_patient(patient).select_related("text").defer(*HEAVY)
    taken_back = Withdrawal.objects.of_patient(patient)
    return standing_of(rows, taken_back, practice_pk=patient.practice_id)


def standings(patients: Sequence[Patient], *, practice: Practice) -> dict[UUID, Standing]:
    """Of several persons, by the record that stands for each: three queries, however many."""
    consents, taken_back = defaultdict(list), defaultdict(list)
    rows = Consent.objects.of_patients(patients).select_related("text", "patient").defer(*HEAVY)
    for consent in rows:
        consents[consent.patient.whole_id].append(_given(consent))
    for withdrawal in Withdrawal.objects.of_patients(patients).select_related("patient"):
        taken_back[withdrawal.patient.whole_id].append(
            Withdrawn(withdrawal.consent_id, withdrawal.scope, withdrawal.withdrawn_at)
        )
    since = reconsent_since(practice.pk) if patients else {}
    wholes = {patient.whole_id for patient in patients}
    return {pk: Standing(tuple(consents[pk]), tuple(taken_back[pk]), since) for pk in wholes}


def standing_of(consents: Iterable[Consent], taken_back: Iterable[Withdrawal], *, practice_pk: UUID) -> Standing:
    """The same from rows at hand (consents with their texts); one query for the texts."""
    return Standing(
        tuple(_given(c) for c in consents),
        tuple(Withdrawn(w.consent_id, w.scope, w.withdrawn_at) for w in taken_back),
        reconsent_since(practice_pk),
    )


def _given(consent: Consent) -> ConsentGiven:
    text = consent.text
    return ConsentGiven(
        consent.pk, consent.given_at, consent.valid_until, consent.decisions, text.published_at, text.language
    )


def reconsent_since(practice_pk: UUID) -> dict[str, datetime]:
    """By language, when the newest text that asks everybody again was published."""
    texts = ConsentText.objects.filter(practice=practice_pk, reconsent_required=True).published()
    newest = texts.order_by().values("language").annotate(newest=Max("published_at"))
    return {row["language"]: row["newest"] for row in newest}


def texts_in_use(practice: Practice) -> dict[str, ConsentText]:
    """The newest published text of each language, the practice's own language first."""
    texts = ConsentText.objects.filter(practice=practice.pk).published().newest_first().without_words()
    found: dict[str, ConsentText] = {}
    for text in texts:
        found.setdefault(text.language, text)
    home = (practice.locale, practice.locale[:2])
    return dict(sorted(found.items(), key=lambda item: (item[0] not in home, item[0])))


def patients_to_ask_again(text: ConsentText, *, at: datetime) -> int:
    """How many patients rely now on a consent that falls when this text is published and asks everybody again."""
    practice = text.practice
    since = reconsent_since(practice.pk)
    taken_back = defaultdict(list)
    for withdrawal in Withdrawal.objects.filter(practice=practice.pk):
        taken_back[withdrawal.consent_id].append(withdrawal)
    by_patient: dict[UUID, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(practice=practice.pk).select_related("text", "patient").defer(*HEAVY):
        by_patient[consent.patient.merged_into_id or consent.patient_id].append(consent)
    return sum(
        text.language in _languages_relied_on(given, taken_back, since, practice, at) for given in by_patient.values()
    )


def _languages_relied_on(
    given: list[Consent],
    taken_back: Mapping[UUID, list[Withdrawal]],
    since: Mapping[str, datetime],
    practice: Practice,
    at: datetime,
) -> set[str]:
    """In which languages the consents stand that are in force, of one patient."""
    withdrawn = [Withdrawn(w.consent_id, w.scope, w.withdrawn_at) for c in given for w in taken_back.get(c.pk, ())]
    stands = Standing(tuple(map(_given, given)), tuple(withdrawn), since)
    last = max((c.patient.last_session_at for c in given if c.patient.last_session_at), default=None)
    when = with_texts(circumstances(practice, started_at=at, now=at, last_treated_at=last), stands)
    relied_on = {covered.consent for covered in stands.coverage(SCOPES, when).values() if covered.in_force}
    return {c.text.language for c in given if c.pk in relied_on}


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
    )


def coverage_now(patient: Patient, *, at: datetime) -> dict[str, Coverage]:
    """Every scope as it stands at a moment, for the consent page and the banner."""
    return coverage_of(patient, standing(patient), at=at)


def coverage_of(patient: Patient, stands: Standing, *, at: datetime) -> dict[str, Coverage]:
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


def cares_of(consent: Consent) -> list[Care]:
    """What to take care of with this consent, on the day it was given where the practice is."""
    patient = consent.patient
    on = patient.practice.local_date(consent.given_at)
    return cares(born=patient.date_of_birth, on=on, given_by=consent.given_by_kind, method=consent.method,
                 scans=len(consent.scans.all()))  # fmt: skip


def cares_before(patient: Patient, *, on: date) -> list[Care]:
    """What the page says before anybody has signed."""
    return cares(born=patient.date_of_birth, on=on, given_by="")


def valid_until(practice: Practice, given_at: datetime) -> date:
    return practice.local_date(given_at) + timedelta(days=practice.consent_valid_days)
