"""A little of everything in one practice, for tests that walk every URL or need a session at hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from consent import actions as consent_actions
from consent import screening_form
from consent.loading import load_areas
from consent.models import Consent, ConsentText, Screening
from patients import actions as patient_actions
from patients.models import Alert, Contact, Patient
from practice import actions as practice_actions
from practice.models import Clinic, Token, User
from tests.cast import NOW, Cast
from treatments import actions, catalogue
from treatments.columns import SESSION_EMPTY, session_columns
from treatments.models import Episode, FollowUp, NeedleLot, NeedlingSession

SIGNED_AT = NOW + timedelta(minutes=20)


def load_content() -> None:
    load_areas()
    catalogue.load()


def publish_text(cast: Cast) -> ConsentText:
    return consent_actions.publish_first_text(practice=cast.home, by=cast.anna, at=NOW - timedelta(days=300))


def give_consent(patient: Patient, text: ConsentText, by: User, *, at: datetime = NOW, **decisions: str) -> Consent:
    values = {"decisions": {"general": "given", "thorax_neck": "given"} | decisions, "method": "verbal", "given_at": at}
    return consent_actions.record_consent(patient=patient, text=text, values=values, by=by, at=at)


def take_screening(patient: Patient, by: User, *, at: datetime = NOW, **answers: str) -> Screening:
    """Everything answered no, except what is named; reviewed."""
    rows = [{"key": q["key"], "answer": answers.get(q["key"], "no")} for q in screening_form.questions()]
    values = {"answers": rows, "reviewed": True, "taken_at": at}
    return consent_actions.record_screening(patient=patient, values=values, by=by, at=at)


def a_site(**more: Any) -> dict[str, Any]:
    """A site as the API takes it: a calf, away from everything that a rule speaks of."""
    return {
        "structure": "soleus", "side": "left", "technique": "deep_pistoning", "gauge_mm": Decimal("0.30"), "length_mm": 40,
        "depth_mm": 25, "insertions": 3, "twitch": {"seen": "visible", "count": 4, "strength": "strong"},
        "familiar_pain": True, "criteria": {"taut_band": "yes", "hypersensitive_spot": "yes"},
    } | more  # fmt: skip


def session_values(by: User, **more: Any) -> dict[str, Any]:
    """Content columns of a session that can be signed as soon as consent and screening are there."""
    body = SESSION_EMPTY | {
        "practitioner": by.pk, "started_at": NOW, "subjective": "Calf ache.", "consent_confirmed": True,
        "needles_out": 1, "sites": [a_site()],
    }  # fmt: skip
    return session_columns(body | more, whole=True)


def start(patient: Patient, by: User, *, at: datetime = NOW, **more: Any) -> NeedlingSession:
    return actions.start_session(patient=patient, values=session_values(by, **more), by=by, at=at).session


def sign(session: NeedlingSession, by: User, *, at: datetime = SIGNED_AT) -> NeedlingSession:
    return actions.sign_session(pk=session.pk, by=by, at=at, version=session.version).session


@dataclass
class World:
    """One of each, all in the home practice and (where a person is meant) of Siobhán."""

    cast: Cast
    text: ConsentText
    draft_text: ConsentText
    consent: Consent
    screening: Screening
    alert: Alert
    contact: Contact
    clinic: Clinic
    token: Token
    lot: NeedleLot
    episode: Episode
    draft: NeedlingSession
    signed: NeedlingSession
    follow_up: FollowUp

    @property
    def patient(self) -> Patient:
        return self.cast.siobhan


def make_world(cast: Cast) -> World:
    """Everything is written through the actions, as in work."""
    load_content()
    anna, patient = cast.anna, cast.siobhan
    text = publish_text(cast)
    copy = {name: getattr(text, name) for name in ("title", "sections", "risks", "scope_items")}
    consent = give_consent(patient, text, anna, at=NOW - timedelta(days=2))
    screening = take_screening(patient, anna)
    lot_values = {"brand": "Seirin J", "gauge_mm": "0.30", "length_mm": 40, "lot_number": "A1",
                  "expires_on": NOW.date() + timedelta(days=300)}  # fmt: skip
    signed = sign(start(patient, anna), anna)
    alert = {"kind": "allergy", "severity": "caution", "text": "Latex", "starts_on": NOW.date()}
    issued = practice_actions.issue_token(person=anna, name="Test", days=30, by=anna, at=NOW)
    return World(
        cast=cast,
        text=text,
        draft_text=consent_actions.draft_text(values=copy | {"language": "en"}, by=anna),
        consent=consent,
        screening=screening,
        alert=patient_actions.add_alert(patient=patient, values=alert, by=anna),
        contact=patient_actions.add_contact(values={"kind": "gp", "name": "Dr Voss"}, by=anna),
        clinic=practice_actions.add_clinic(values={"name": "Room 1"}, by=anna),
        token=issued.token,
        lot=actions.add_lot(values=lot_values, by=anna),
        episode=actions.open_episode(patient=patient, values={"title": "Calf pain"}, by=anna),
        draft=start(patient, anna),
        signed=signed,
        follow_up=FollowUp.objects.filter(session=signed).earliest("due_at"),
    )
