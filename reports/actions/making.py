"""A finished PDF before it is stored: its number, its check, and what it was made from."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from patients.models import Patient
from practice.history import keep
from practice.identifiers import new_id
from practice.models import User
from reports import checking
from reports.drawing.sheet import Printed
from reports.models import Document

Kind = Document.Kind
LETTERS = {
    Kind.PATIENT_SUMMARY: "S",
    Kind.CLINICAL_RECORD: "R",
    Kind.GP_LETTER: "L",
    Kind.COURSE_REPORT: "E",
    Kind.CONSENT_COPY: "C",
    Kind.FULL_RECORD: "F",
}


@dataclass(frozen=True)
class Made:
    """A finished PDF that is not stored yet. `missing` are the characters the paper could not print."""

    content: bytes
    pages: int
    number: str
    source_versions: dict[str, object]
    missing: tuple[str, ...] = ()


def new_number(kind: str, patient: Patient) -> str:
    """On the paper and in the file name: nothing of the patient but the record number."""
    return f"{LETTERS[Kind(kind)]}-{patient.record_number}-{new_id().hex[-8:]}"


def checked(drawn: Printed, *, number: str, patient: Patient, versions: dict[str, object]) -> Made:
    """Read the finished PDF again before it is stored: every page is there and is this patient's. Raises WrongPaper."""
    checking.check(drawn.content, pages=drawn.pages, name=patient.full_name, record_number=patient.record_number)
    return Made(drawn.content, drawn.pages, number, versions, drawn.missing)


def store(kind: str, made: Made, *, patient: Patient, by: User, at: datetime, **source: object) -> Document:
    """The row of an issued document; the newest one made of the same source is superseded by it and stays.

    Called inside the transaction that has locked the source. `source` are its foreign keys.
    """
    document = Document(
        practice=patient.practice,
        patient=patient,
        kind=kind,
        number=made.number,
        pages=made.pages,
        sha256=sha256(made.content).hexdigest(),
        content=made.content,
        source_versions=made.source_versions,
        created_at=at,
        **source,
    )
    document.supersedes = _newest(document)
    return keep(document, by=by, why="issued")


def _newest(document: Document) -> Document | None:
    """What an issue replaces: the newest of the same kind, made of the same thing."""
    made_of = document.made_of()
    rows = Document.objects.filter(superseded_by=None, kind=document.kind, **{made_of: getattr(document, made_of)})
    return rows.without_content().order_by("-created_at").first()
