"""Documents: made outside any transaction, stored with their digest, never overwritten."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import pikepdf
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from practice.errors import Refused
from practice.history import keep
from practice.identifiers import new_id
from practice.models import User
from reports import gathering, policy
from reports.drawing import clinical_record, patient_summary
from reports.models import Document
from treatments import actions as treatment_actions
from treatments import references
from treatments.models import NeedlingSession

LETTERS = {Document.Kind.PATIENT_SUMMARY: "S", Document.Kind.CLINICAL_RECORD: "R"}


class NothingToIssue(Refused):
    code = "not_signed"
    message = "Documents are issued from signed sessions. Sign it first."


@dataclass(frozen=True)
class Made:
    """A finished PDF that is not stored yet."""

    content: bytes
    pages: int
    number: str
    source_versions: dict[str, object]


def issue_document(*, session_pk: UUID, kind: str, by: User, at: datetime) -> Document:
    """Make, check and store the document of a signed (or void) session; re-issuing supersedes the one before.

    The PDF is drawn before the transaction begins; inside it the session is locked, and a session that changed
    meanwhile is drawn again.
    """
    session = references.sessions(by).filter(pk=session_pk).first()
    if session is None:
        raise Http404
    if not policy.can_issue(by, kind, session):
        raise PermissionDenied
    if session.status not in (NeedlingSession.Status.SIGNED, NeedlingSession.Status.VOID):
        raise NothingToIssue
    made = preview(session, kind, at=at)
    return _store(session, kind, made, by=by, at=at)


def preview(session: NeedlingSession, kind: str, *, at: datetime) -> Made:
    """The document as it would be issued now, without storing it."""
    identifier = new_id()
    number = f"{LETTERS[Document.Kind(kind)]}-{session.patient.record_number}-{identifier.hex[-8:]}"
    sites = list(session.sites.told())
    if kind == Document.Kind.PATIENT_SUMMARY:
        drawn = patient_summary.render(gathering.patient_summary(session, sites, document=number))
    else:
        drawn = clinical_record.render(gathering.clinical_record(session, sites, document=number, at=at))
    _opens(drawn.content, pages=drawn.pages)
    versions = {"session": session.version, "chart": session.chart_version, "addenda": session.addenda.count()}
    return Made(drawn.content, drawn.pages, number, versions)


def _opens(content: bytes, *, pages: int) -> None:
    """Read the finished PDF again before it is stored: what does not open, or lacks a page, is never issued."""
    with pikepdf.open(BytesIO(content)) as pdf:
        if len(pdf.pages) != pages:
            raise ValueError(f"the document has {len(pdf.pages)} pages instead of {pages}")


@transaction.atomic
def _store(session: NeedlingSession, kind: str, made: Made, *, by: User, at: datetime) -> Document:
    current = treatment_actions.note_first_issue(session=session, by=by, at=at)
    if current.status != session.status or current.content_sha256 != session.content_sha256:
        raise NothingToIssue("The session changed while the document was being made. Look at it again.")
    document = Document(
        practice=session.practice,
        patient=session.patient,
        session=session,
        kind=kind,
        number=made.number,
        pages=made.pages,
        sha256=sha256(made.content).hexdigest(),
        content=made.content,
        source_versions=made.source_versions,
        supersedes=_newest(session, kind),
        created_at=at,
    )
    return keep(document, by=by, why="issued")


def _newest(session: NeedlingSession, kind: str) -> Document | None:
    return (
        Document.objects.filter(session=session, kind=kind, superseded_by=None)
        .without_content()
        .order_by("-created_at")
        .first()
    )
