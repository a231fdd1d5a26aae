"""A finished PDF before it is stored: its number, its check, and what it was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from patients.models import Patient
from practice.history import keep, keep_all
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
    document = _row(kind, made, patient, source, at=at)
    _supersede([document])
    return keep(document, by=by, why="issued")


def store_all(
    kind: str, several: Sequence[tuple[Made, Patient, Mapping[str, object]]], *, by: User, at: datetime
) -> None:
    """As `store`, for many documents of different sources at once: each is (what was made, of whom, its source)."""
    documents = [_row(kind, made, patient, source, at=at) for made, patient, source in several]
    _supersede(documents)
    keep_all(documents, by=by, why="issued")


def _row(kind: str, made: Made, patient: Patient, source: Mapping[str, object], *, at: datetime) -> Document:
    return Document(
        practice_id=patient.practice_id,
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


def _supersede(documents: Sequence[Document]) -> None:
    """Each takes the place of the newest of its kind that was made of the same thing: one query for all."""
    if not documents:
        return
    of = f"{documents[0].made_of()}_id"
    made_of = {f"{of}__in": [getattr(document, of) for document in documents]}
    rows = Document.objects.filter(superseded_by=None, kind=documents[0].kind, **made_of).without_content()
    newest = {getattr(row, of): row for row in rows.order_by("created_at")}
    for document in documents:
        document.supersedes = newest.get(getattr(document, of))
