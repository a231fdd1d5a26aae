"""A little of everything in one practice, for tests that walk every URL or need a session at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any

import pikepdf
from django.db import transaction
from django.utils import timezone

from consent import actions as consent_actions
from consent import screening_form
from consent.loading import load_areas
from consent.models import Consent, ConsentScan, ConsentText, Screening
from patients import actions as patient_actions
from patients.models import (
    Alert,
    Attachment,
    Contact,
    DestroyedRecord,
    Destruction,
    DuplicatePair,
    HistoricalNote,
    Identifier,
    Import,
    LegalHold,
    Merge,
    Patient,
    Referral,
    Registration,
)
from practice import actions as practice_actions
from practice import outgoing
from practice.history import keep
from practice.models import AccessEntry, Clinic, OutgoingEmail, Token, User
from reports import actions as report_actions
from reports.models import Letter, PracticeExport, PrintBatch, RecordRequest, RefusedCorrection
from tests.cast import NOW, Cast
from treatments import actions, catalogue
from treatments.columns import SESSION_EMPTY, session_columns
from treatments.models import (
    AdverseEvent,
    Arrival,
    DayCheck,
    Episode,
    FollowUp,
    NeedleLot,
    NeedlingSession,
    Rewrite,
    Score,
    SessionTemplate,
    Snippet,
    Structure,
    Triage,
)

SIGNED_AT = NOW + timedelta(minutes=20)

A_REQUEST = {"asked_by": "patient", "asker_name": "Siobhán O'Neill", "identity_checked": "Driver licence seen",
             "received_on": NOW.date()}  # fmt: skip
A_CORRECTION = {"asked_on": NOW.date(), "asked_for": "Strike out that the calf was needled.",
                "reason": "It was needled.", "statement": "I do not remember a needle."}  # fmt: skip
EVENT = {"kind": "bruising", "severity": "mild", "onset_at": SIGNED_AT, "description": "A bruise the size of a coin."}

TROUBLED = {"breathing": "no", "nerves": "yes", "swelling": "no"}


outgoing.register("test", lambda email: outgoing.Composed(to="s@example.org", subject="A note", text="Hello."))


MAILED_AT = NOW - timedelta(days=2000)  # due, whatever the clock of the machine says


def a_mail(cast: Cast, key: str = "a key", *, at: datetime = MAILED_AT) -> OutgoingEmail:
    about = {"patient": str(cast.siobhan.pk)}
    return outgoing.queue(practice=cast.home, event_key=key, template="test", about=about, by=cast.anna, at=at)


def load_content() -> None:
    """Once per database: it is there from the start, unless a transactional test has emptied the tables."""
    if not Structure.objects.exists():
        load_areas()
        catalogue.load()


def publish_text(cast: Cast) -> ConsentText:
    return consent_actions.publish_first_text(practice=cast.home, by=cast.anna, at=NOW - timedelta(days=300))


def give_consent(patient: Patient, text: ConsentText, by: User, *, at: datetime = NOW, **decisions: str) -> Consent:
    values = {
        "decisions": {"general": "given", "thorax_neck": "given"} | decisions,
        "method": "verbal",
        "given_at": at,
        "witness": "Dana Whitfield",
    }
    return consent_actions.record_consent(patient=patient, text=text, values=values, by=by, at=at)


A_SCAN = b"%PDF-1.4\n% one page of paper\n%%EOF\n"


def on_paper(patient: Patient, text: ConsentText, by: User, *, at: datetime = NOW) -> Consent:
    values = {"decisions": {"general": "given"}, "method": "paper_scan", "given_at": at}
    return consent_actions.record_consent(patient=patient, text=text, values=values, by=by, at=at, scans=[A_SCAN])


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


def upload_patients(by: User) -> Import:
    """Two rows, one of them without a birth date; the columns are not confirmed yet."""
    rows = b"Id,First Name,Last Name,Date Of Birth,Post Code\r\n7,Nia,Ward,25/12/1980,3198\r\n8,Jo,Frey,,3198\r\n"
    return patient_actions.upload_import(kind="patients", pieces=[rows], file_name="patients.csv", by=by)


def import_past_note(patient: Patient, by: User) -> HistoricalNote:
    """A note of another system, through the whole way of an import."""
    rows = f"Record Number,Date,Practitioner,Content\r\n{patient.record_number},2019-05-06,Dr Jo,Calf pain. Needled."
    uploaded = patient_actions.upload_import(kind="notes", pieces=[rows.encode()], file_name="notes.csv", by=by)
    mapping = {int(index): key for index, key in uploaded.mapping.items()}
    patient_actions.settle_import(pk=uploaded.pk, source="Cliniko", mapping=mapping, date_order="", by=by, version=1)
    patient_actions.work_on_imports(NOW)
    uploaded.refresh_from_db()
    patient_actions.start_import(pk=uploaded.pk, values={}, by=by, version=uploaded.version)
    patient_actions.work_on_imports(NOW)
    return HistoricalNote.objects.get(of_import=uploaded)


def a_pdf(*, pages: int = 1, **root: Any) -> bytes:
    """A PDF that opens; `root` are entries of its catalogue."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        for name, value in root.items():
            pdf.Root[f"/{name}"] = pdf.make_indirect(value)
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def opened(
    by: User, patient: Patient, *, at: datetime = NOW, kind: str = "patient", act: str = "opened"
) -> AccessEntry:
    """Somebody has opened a record."""
    entry = AccessEntry(
        practice=by.practice, patient_id=patient.pk, record_id=patient.pk, kind=kind, act=act, surface="page"
    )
    entry.created_at = at
    return keep(entry, by=by, why=act)


def attach(patient: Patient, by: User, content: bytes = b"", *, kind: str = "referral", **more: Any) -> Attachment:
    """A file of a patient, as it is added in work; a PDF where no content is given."""
    values = {"kind": kind, "dated_on": date(2026, 11, 3)} | more
    return patient_actions.add_attachment(
        patient=patient, content=content or a_pdf(), file_name="Referral_Dr Voss.pdf", values=values, by=by, at=NOW
    ).attachment


@dataclass
class World:
    """One of each, all in the home practice and (where a person is meant) of Siobhán."""

    cast: Cast
    text: ConsentText
    draft_text: ConsentText
    consent: Consent
    paper_consent: Consent
    scan: ConsentScan
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
    snippet: Snippet
    template: SessionTemplate
    event: AdverseEvent
    day_check: DayCheck
    email: OutgoingEmail
    score: Score

    escalation: FollowUp | None = None  # only where a test raises one: it would stand on every page

    @property
    def patient(self) -> Patient:
        return self.cast.siobhan

    # ---- made when a test asks for it: most tests need none of these, and each costs a while --------------------------

    @cached_property
    def of_import(self) -> Import:
        return upload_patients(self.cast.anna)

    @cached_property
    def past_note(self) -> HistoricalNote:
        return import_past_note(self.patient, self.cast.anna)

    @cached_property
    def access_entry(self) -> AccessEntry:
        """Dana has opened the record, on the day of the visit."""
        return opened(self.cast.dana, self.patient)

    @cached_property
    def attachment(self) -> Attachment:
        return attach(self.patient, self.cast.anna)

    @cached_property
    def record_request(self) -> RecordRequest:
        """With the record prepared, as it stood twenty minutes after the needles were out."""
        request = report_actions.receive_request(patient=self.patient, values=A_REQUEST, by=self.cast.anna, at=NOW)
        report_actions.prepare_record(pk=request.pk, by=self.cast.anna, at=SIGNED_AT)
        return request

    @cached_property
    def correction(self) -> RefusedCorrection:
        return report_actions.refuse_correction(patient=self.patient, values=A_CORRECTION, by=self.cast.anna, at=NOW)

    @cached_property
    def export(self) -> PracticeExport:
        return report_actions.request_export(by=self.cast.anna, at=NOW)

    @cached_property
    def identifier(self) -> Identifier:
        values = {"system": "medicare", "value": "2123 45670 1"}
        return patient_actions.add_identifier(patient=self.patient, values=values, by=self.cast.dana)

    @cached_property
    def referral(self) -> Referral:
        values = {"referrer_id": self.contact.pk, "referred_on": NOW.date() - timedelta(days=30), "months": 12}
        return patient_actions.add_referral(patient=self.patient, values=values, by=self.cast.dana, at=NOW)

    @cached_property
    def hold(self) -> LegalHold:
        return patient_actions.set_hold(patient=self.patient, reason="A claim", by=self.cast.anna)

    @cached_property
    def expired(self) -> Patient:
        """Registered long ago, and nothing written since."""
        long_ago = timezone.now() - timedelta(days=366 * 9)
        return keep(
            Patient(practice=self.cast.home, record_number=77, family_name="Oldfield-Marchetti", given_names="Ottilie",
                    date_of_birth=date(1950, 1, 1), created_at=long_ago), by=self.cast.anna, why="registered",
        )  # fmt: skip

    @cached_property
    def destruction(self) -> Destruction:
        """Proposed when its time is over, of somebody without a hold."""
        return patient_actions.propose_destruction(
            patient=_old_patient(self.cast, "Vera"), reason="Its time is over", by=self.cast.anna, at=YEARS_LATER
        )

    @cached_property
    def destroyed(self) -> DestroyedRecord:
        proposed = patient_actions.propose_destruction(
            patient=_old_patient(self.cast, "Wim"), reason="Its time is over", by=self.cast.anna, at=YEARS_LATER
        )
        return patient_actions.confirm_destruction(
            pk=proposed.pk, by=self.cast.ben, at=YEARS_LATER, version=proposed.version
        )

    @cached_property
    def two(self) -> TwoOfOne:
        return two_of_one(self.cast)

    @property
    def pair(self) -> DuplicatePair:
        return self.two.pair

    @property
    def merge(self) -> Merge:
        return self.two.merge

    @property
    def twin(self) -> Patient:
        return self.two.twin

    @cached_property
    def triage(self) -> Triage:
        values = {"answers": TROUBLED, "caller": "Mia Torres"}
        at = SIGNED_AT + timedelta(hours=2)
        return actions.record_triage(patient=None, values=values, by=self.cast.dana, at=at)

    @cached_property
    def arrival(self) -> Arrival:
        """Siobhán waits for Ben, today by the clock of the machine."""
        return actions.mark_arrived(
            patient=self.patient, practitioner_pk=self.cast.ben.pk, by=self.cast.dana, at=timezone.now()
        )[0]

    @cached_property
    def registration(self) -> Registration:
        """Sent in by somebody new; waits at the desk."""
        values = {"family_name": "Whitlock", "given_names": "Amelia", "date_of_birth": date(1987, 3, 14)}
        contact = {"email": "amelia@example.org", "documents_by_email_ok": True}
        invited = patient_actions.invite(way="shown", called="Amelia", by=self.cast.dana, at=timezone.now())
        patient_actions.send_in(registration=invited, person=values | contact, gp="Dr Voss", at=timezone.now())
        return Registration.objects.get(pk=invited.pk)

    @cached_property
    def rewrite(self) -> Rewrite:
        """Siobhán was treated; her draft stood in another record first."""
        wrong = start(self.twin, self.cast.anna)
        return actions.rewrite_session(
            pk=wrong.pk,
            patient=self.patient,
            reason="Two tabs.",
            by=self.cast.anna,
            at=SIGNED_AT,
            version=wrong.version,
        ).rewrite

    @cached_property
    def letter(self) -> Letter:
        return report_actions.begin_letter(patient=self.patient, session=self.signed, by=self.cast.anna, at=SIGNED_AT)

    @cached_property
    def batch(self) -> PrintBatch:
        return a_batch(self.cast)

    def make_everything(self) -> None:
        """For tests that walk every URL: nothing is missing."""
        for name in (
            "correction",
            "past_note",
            "identifier",
            "referral",
            "access_entry",
            "attachment",
            "hold",
            "destruction",
            "destroyed",
            "record_request",
            "of_import",
            "export",
            "two",
            "triage",
            "arrival",
            "registration",
            "rewrite",
            "letter",
            "batch",
        ):
            getattr(self, name)


YEARS_LATER = NOW + timedelta(days=366 * 9)


def _old_patient(cast: Cast, given_names: str) -> Patient:
    values = {"family_name": "Altmann", "given_names": given_names, "date_of_birth": date(1950, 5, 4)}
    return patient_actions.register_patient(values=values, by=cast.anna, at=NOW, confirm_not_duplicate=True)


def a_batch(cast: Cast) -> PrintBatch:
    """A day's print that was stopped at once: no worker of a test goes on with it."""
    day = cast.home.local_date(NOW)
    batch = report_actions.order_batch(day=day, kind="patient_summary", by=cast.anna, at=SIGNED_AT)
    return report_actions.stop_batch(pk=batch.pk, by=cast.anna, at=SIGNED_AT, version=batch.version)


@dataclass
class TwoOfOne:
    """A pair to decide about with one of the two, and a merge."""

    pair: DuplicatePair
    merge: Merge
    twin: Patient


def two_of_one(cast: Cast) -> TwoOfOne:
    """A pair somebody has to decide about, and a merge: both of people without a record yet."""
    anna = cast.anna

    def person(given: str, year: int, **more: Any) -> Patient:
        values = {"family_name": "Moreau", "given_names": given, "date_of_birth": date(year, 5, 4)} | more
        return patient_actions.register_patient(values=values, by=anna, at=NOW, confirm_not_duplicate=True)

    one, twin = person("Luca", 1971), person("Luka", 1971)
    pair = DuplicatePair.objects.get(second=twin)  # registered all the same; put back on the list
    pair.state, pair.decided_at, pair.decided_by = DuplicatePair.State.OPEN, None, None
    keep(pair, by=None, why="to decide again")
    winner, loser = person("Thea", 1990), person("Ottilie", 1964)
    merge = patient_actions.merge_patients(winner=winner.pk, loser=loser.pk, by=anna, at=NOW)
    return TwoOfOne(pair, merge, one)


def make_world(cast: Cast) -> World:
    """Everything is written through the actions, as in work."""
    load_content()
    anna, patient = cast.anna, cast.siobhan
    text = publish_text(cast)
    copy = {name: getattr(text, name) for name in ("title", "sections", "risks", "scope_items")}
    consent = give_consent(patient, text, anna, at=NOW - timedelta(days=2))
    paper = on_paper(patient, text, anna, at=NOW - timedelta(days=4))
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
        paper_consent=paper,
        scan=paper.scans.get(),
        screening=screening,
        alert=patient_actions.add_alert(patient=patient, values=alert, by=anna),
        contact=patient_actions.add_contact(values={"kind": "gp", "name": "Dr Voss"}, by=anna),
        clinic=practice_actions.add_clinic(values={"name": "Room 1"}, by=anna),
        token=issued.token,
        lot=actions.add_lot(values=lot_values, by=anna),
        episode=actions.open_episode(patient=patient, values={"title": "Calf pain"}, by=anna),
        draft=start(patient, anna),
        signed=signed,
        event=actions.record_event(
            patient=patient, session=signed, values=EVENT, by=anna, at=SIGNED_AT + timedelta(hours=1)
        ),
        score=actions.record_score(
            patient=patient,
            values={"instrument": "nprs", "value": 6, "timing": "before"},
            session=signed,
            by=anna,
            at=NOW,
        ),
        snippet=actions.add_snippet(
            values={"shortcut": "nk", "title": "Neck pain", "text": "Neck pain {?}."}, personal=False, by=anna
        ),
        template=actions.add_template(
            values={"title": "Shoulder", "lines": "r inf p 30x40", "plan": "Review in a week."}, personal=False, by=anna
        ),
        day_check=actions.check_day(on=NOW.date(), looked=True, note="", by=cast.dana, at=SIGNED_AT),
        follow_up=FollowUp.objects.filter(session=signed).earliest("due_at"),
        email=a_mail(cast),
    )


def raise_sign(
    world: World, *, at: datetime = NOW + timedelta(hours=5), flags: Sequence[str] = ("chest_pain",)
) -> FollowUp:
    """The patient says by link that there is a warning sign."""
    with transaction.atomic():
        return actions.open_escalation(
            patient=world.patient,
            session=world.signed,
            red_flags=flags,
            comment="Since lunch",
            reported_by="patient",
            at=at,
            by=None,
        )
