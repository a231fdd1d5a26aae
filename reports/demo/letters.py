"""A referrer, the report of a long course of care, and the letter that went with it."""

from datetime import datetime

from patients import actions as patient_actions
from patients.models import Patient
from practice.models import User
from reports import actions
from treatments.models import Episode, NeedlingSession

REFERRER = {
    "kind": "referrer",
    "name": "Dr Aroha Whitcombe",
    "organisation": "Wattleford Family Practice",
    "phone": "(03) 5550 0160",
    "email": "reception@wattleford.example",
    "address": "3 Station Street, Wattleford VIC 3999",
}


def write_letters(patient: Patient, *, by: User, at: datetime) -> None:
    """The patient's longest course is reported, a letter about it issued, and another one left as a draft."""
    referrer = patient_actions.add_contact(values=REFERRER, by=by)
    patient = Patient.objects.select_related("practice", "gp").get(pk=patient.pk)
    patient = patient_actions.correct_patient(
        pk=patient.pk, values={"referrer_id": referrer.pk}, by=by, at=at, version=patient.version
    )
    episode = Episode.objects.filter(patient=patient).latest("created_at")
    actions.issue_course_report(episode_pk=episode.pk, by=by, at=at)
    letter = actions.begin_letter_about(about="episode", pk=episode.pk, contact_pk=None, by=by, at=at)
    told = {"enclosures": "Enclosed: report of the course of care."}
    actions.write_letter(pk=letter.pk, values=told, by=by, version=letter.version)
    actions.issue_letter(pk=letter.pk, by=by, at=at)
    last = NeedlingSession.objects.filter(episode=episode, status=NeedlingSession.Status.SIGNED).latest("started_at")
    actions.begin_letter_about(about="session", pk=last.pk, contact_pk=None, by=by, at=at)
