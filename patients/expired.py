"""Records that nobody has to keep any more: whose time is over, held or not, with what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from patients import retention
from patients.destroying import kept_until, last_entries, models_with_entries
from patients.models import Destruction, LegalHold, Patient
from patients.models.people import PatientQuerySet
from patients.retention import Keeping
from practice.models import Practice


@dataclass(frozen=True)
class Expired:
    """A record whose time is over. A hold keeps it all the same; `proposed` waits for a second person."""

    patient: Patient
    kept: Keeping
    hold: LegalHold | None
    proposed: Destruction | None


def expired(patients: PatientQuerySet, *, practice: Practice, today: date) -> PatientQuerySet:
    """Those whose time is over, by the rule of `retention.keeping`. It asks whether anything newer is there instead of
    what the newest is, so that a practice with a long past is read as far as a page goes."""
    rule = retention.rule_of(practice.country)
    last_day = retention.years_before(today, rule.years)
    since = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=practice.zone)
    # Whoever was grown up at a last entry so long ago is older than this today: a test holds it for every rule.
    old_enough = Q(date_of_birth__lte=retention.years_before(today, rule.minors_until))
    others = _quiet(Patient.objects.filter(merged_into=OuterRef("pk")), since, quiet=False)
    return _quiet(patients.filter(old_enough, merged_into=None), since).exclude(Exists(others))


def _quiet(patients: PatientQuerySet, since: datetime, *, quiet: bool = True) -> PatientQuerySet:
    """Records about which nothing was written since then; or the others."""
    written = Q(created_at__gte=since) | Q(last_session_at__gte=since)
    for model in models_with_entries():
        written |= Q(Exists(model._default_manager.filter(patient=OuterRef("pk"), created_at__gte=since)))
    return patients.exclude(written) if quiet else patients.filter(written)


def told(patients: Sequence[Patient], *, practice: Practice) -> list[Expired]:
    """With until when each was kept and what stands against destroying it: three queries however many they are."""
    ids = [patient.pk for patient in patients]
    entries = last_entries(ids)
    holds = {
        hold.patient.whole_id: hold
        for hold in LegalHold.objects.of_patients(patients).standing().select_related("patient")
    }
    waiting = Destruction.objects.filter(patient_id__in=ids, state=Destruction.State.PROPOSED)
    proposed = {row.patient_id: row for row in waiting}
    return [
        Expired(one, kept_until(one, entries[one.pk], practice=practice), holds.get(one.pk), proposed.get(one.pk))
        for one in patients
    ]
