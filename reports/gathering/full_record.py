"""The whole record of one person: everything there is, in the order it is read."""

from collections.abc import Iterable
from datetime import date, datetime

from consent.coverage import SCOPES
from consent.models import Consent, Screening
from patients.models import Alert, Attachment, HistoricalNote, Identifier, Patient, whole_patient_ids
from practice.models import User
from reports import contents
from reports.gathering import shared
from reports.gathering.record import clinical_record
from reports.models import Document, RecordRequest, RefusedCorrection
from treatments import references
from treatments.models import AdverseEvent, FollowUp, NeedlingSession


def full_record(request: RecordRequest, *, document: str, by: User, at: datetime) -> contents.FullRecord:
    """Every signed and void session with its addenda, consents, screenings, answers, events, past notes, statements."""
    patient, practice = request.patient, request.practice
    sessions = list(_sessions(patient, by))
    return contents.FullRecord(
        practice=shared.letterhead_of(practice),
        patient=contents.Patient(
            name=patient.full_name,
            born=shared.long_day(patient.date_of_birth),
            record_number=f"{patient.record_number:06d}",
        ),
        document=document,
        made=f"Made {shared.moment(at, practice.zone)}",
        facts=_facts(request, by),
        person=_person(patient),
        withheld=request.withheld,
        statements=_statements(patient, by),
        alerts=tuple(
            contents.Told(_day(a.starts_on), f"{a.get_severity_display()}: {a.text}", _until(a.ends_on))
            for a in Alert.objects.visible_to(by).of_patient(patient)
        ),
        sessions=tuple(clinical_record(s, list(s.sites.told()), document=document, at=at) for s in sessions),
        listed=tuple((s.practitioner.full_name, s.episode.title if s.episode else "") for s in sessions),
        parts=(
            ("Consents", tuple(_consents(patient, by))),
            ("Screenings", tuple(_screenings(patient, by))),
            ("Answers after treatment", tuple(_answers(patient, by))),
            ("Adverse events", tuple(_events(patient, by))),
            ("Past notes, taken over from another system", tuple(_past_notes(patient, by))),
            ("Attachments, received from others", tuple(_attachments(patient, by))),
            ("Documents issued", tuple(_documents(patient, by))),
        ),
        language=practice.locale,
    )


def _sessions(patient: Patient, by: User) -> Iterable[NeedlingSession]:
    rows = references.sessions(by).filter(patient__in=whole_patient_ids(patient))
    return rows.filter(status__in=(NeedlingSession.Status.SIGNED, NeedlingSession.Status.VOID)).order_by(
        "started_at", "pk"
    )


def _facts(request: RecordRequest, by: User) -> tuple[contents.Pair, ...]:
    asked = f"{request.asker_name} ({request.get_asked_by_display().lower()})"
    pairs = [
        ("Asked for by", asked),
        ("Authority", request.authority),
        ("Identity checked", request.identity_checked),
        ("Received", _day(request.received_on)),
        ("Asked for", request.wanted),
        ("Prepared by", by.full_name),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _person(patient: Patient) -> tuple[contents.Pair, ...]:
    numbers = Identifier.objects.of_patient(patient)
    pairs = [
        ("Known as", patient.preferred_name),
        ("Sex at birth", patient.get_sex_at_birth_display()),
        ("Gender", patient.gender),
        ("Phones", ", ".join(phone["number"] for phone in patient.phones)),
        ("E-mail", patient.email),
        ("Address", ", ".join(patient.address_lines())),
        ("Emergency contact", " ".join(filter(None, [patient.emergency_name, patient.emergency_phone]))),
        ("Occupation", patient.occupation),
        ("GP", str(patient.gp) if patient.gp else ""),
        ("Referred by", str(patient.referrer) if patient.referrer else ""),
        ("Numbers", ", ".join(str(number) for number in numbers)),
        ("Front desk notes", patient.notes),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _statements(patient: Patient, by: User) -> tuple[contents.Told, ...]:
    rows = RefusedCorrection.objects.visible_to(by).of_patient(patient)
    return tuple(
        contents.Told(
            _day(row.asked_on),
            "A correction was asked for and not made",
            f"Asked for: {row.asked_for}\nReason it was not made: {row.reason}\n"
            f"The patient's statement: {row.statement or 'none was given.'}",
        )
        for row in rows
    )


def _consents(patient: Patient, by: User) -> Iterable[contents.Told]:
    rows = Consent.objects.visible_to(by).of_patient(patient).select_related("text", "obtained_by", "practice")
    for consent in rows.prefetch_related("withdrawals").order_by("given_at"):
        said = "; ".join(
            f"{SCOPES.get(scope, scope)}: {answer.replace('_', ' ')}" for scope, answer in consent.decisions.items()
        )
        back = "".join(
            f"\nTaken back {shared.moment(w.withdrawn_at, consent.practice.zone)}: {SCOPES.get(w.scope, w.scope)}"
            for w in consent.withdrawals.all()
        )
        how = f"{consent.get_method_display()}, text version {consent.text.text_version}, obtained by {consent.obtained_by.full_name}"
        yield contents.Told(shared.moment(consent.given_at, consent.practice.zone), how, f"{said}.{back}")


def _screenings(patient: Patient, by: User) -> Iterable[contents.Told]:
    for row in Screening.objects.visible_to(by).of_patient(patient).select_related("practice").order_by("taken_at"):
        yes = [a for a in row.answers if a["answer"] != "no"]
        told = "; ".join(f"{a['key'].replace('_', ' ')}: {a['answer']} {a.get('detail') or ''}".strip() for a in yes)
        head = (
            f"Filled in by {row.get_filled_by_display().lower()}, {'reviewed' if row.is_reviewed else 'not reviewed'}"
        )
        yield contents.Told(
            shared.moment(row.taken_at, row.practice.zone), head, told or "Every question that was asked: no."
        )


def _answers(patient: Patient, by: User) -> Iterable[contents.Told]:
    rows = FollowUp.objects.visible_to(by).of_patient(patient).exclude(answered_at=None).select_related("practice")
    for row in rows.order_by("answered_at"):
        scores = ", ".join(
            f"{entry.get('side', '')} {str(entry.get('structure', '')).replace('_', ' ')} {entry.get('score')}".strip()
            for entry in row.soreness
        )
        flags = ", ".join(flag.replace("_", " ") for flag in row.red_flags)
        told = [
            f"Soreness 0 to 10: {scores}." if scores else "",
            f"Warning signs: {flags}." if flags else "",
            row.comment,
        ]
        at = shared.moment(row.answered_at, row.practice.zone) if row.answered_at else ""
        yield contents.Told(at, row.get_kind_display(), "\n".join(filter(None, told)))


def _events(patient: Patient, by: User) -> Iterable[contents.Told]:
    for row in AdverseEvent.objects.visible_to(by).of_patient(patient).select_related("practice").order_by("onset_at"):
        head = f"{row.kind.replace('_', ' ').capitalize()}, {row.get_severity_display().lower()}"
        parts = [row.description, f"Done: {row.action_taken}" if row.action_taken else "",
                 f"Outcome: {row.outcome}" if row.outcome else ""]  # fmt: skip
        yield contents.Told(shared.moment(row.onset_at, row.practice.zone), head, "\n".join(filter(None, parts)))


def _past_notes(patient: Patient, by: User) -> Iterable[contents.Told]:
    for note in HistoricalNote.objects.visible_to(by).of_patient(patient).current().order_by("written_on", "pk"):
        head = ", ".join(filter(None, [note.title, note.author, f"from {note.source}" if note.source else ""]))
        yield contents.Told(_day(note.written_on), head or "Note", note.text)


def _attachments(patient: Patient, by: User) -> Iterable[contents.Told]:
    """The files themselves are in the data package. Of what was archived only that it was, and why: it may be another
    person's."""
    rows = Attachment.objects.visible_to(by).of_patient(patient).select_related("practice")
    for row in rows.order_by("dated_on", "created_at"):
        if row.archived_at:
            archived = f"Archived {shared.moment(row.archived_at, row.practice.zone)}: {row.archive_reason}"
            yield contents.Told(_day(row.dated_on), row.get_kind_display(), f"{archived}\nNot in the data package.")
        else:
            pages = f", {row.pages} page{'' if row.pages == 1 else 's'}" if row.pages else ""
            told = f"{row.get_content_type_display()}{pages}\nSHA-256 {row.sha256}"
            yield contents.Told(_day(row.dated_on), f"{row.get_kind_display()}: {row.title}", told)


def _documents(patient: Patient, by: User) -> Iterable[contents.Told]:
    rows = Document.objects.visible_to(by).of_patient(patient).without_content().select_related("practice")
    for row in rows.order_by("created_at"):
        head = f"{row.get_kind_display()}, {row.number}"
        yield contents.Told(shared.moment(row.created_at, row.practice.zone), head, f"SHA-256 {row.sha256}")


def _day(day: date) -> str:
    return shared.short_day(day)


def _until(day: date | None) -> str:
    return f"Until {_day(day)}" if day else ""
