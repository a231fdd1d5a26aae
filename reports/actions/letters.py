"""Letters: begun from the record, written by their author, issued as documents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from patients.models import Contact, Patient
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User
from reports import gathering, policy
from reports.actions.making import Made, checked, new_number, store
from reports.drawing import gp_letter
from reports.gathering import letters as words
from reports.models import Document, Letter
from reports.models.letters import LENGTHS, TEXTS
from treatments.models import Episode, NeedlingSession

Kind = Document.Kind


class NothingToWriteAbout(Refused):
    code = "not_signed"
    message = "A letter is filled in from signed sessions, and there is none yet. Sign one first."


class LetterPutAside(Refused):
    code = "letter_discarded"
    message = "This letter is put aside. Bring it back to go on with it."


class NotAddressed(Refused):
    code = "letter_incomplete"
    message = "Say to whom the letter goes, and write something in it."


class LetterChanged(Refused):
    code = "letter_changed"
    message = "The letter changed while it was being made. Look at it again, then issue it."


def begin_letter(
    *,
    patient: Patient,
    by: User,
    at: datetime,
    session: NeedlingSession | None = None,
    episode: Episode | None = None,
    contact: Contact | None = None,
) -> Letter:
    """A new letter about a session, a course of care or everything signed, filled in from the record.

    Without a contact it goes to the referrer, else to the GP, else the addressee is left to be written. Refuses where
    nothing is signed: a letter speaks of what stands in the record.
    """
    if not (policy.can_write_letters(by) and by.practice_id == patient.practice_id):
        raise PermissionDenied
    letter = Letter(practice=by.practice, patient=patient, session=session, episode=episode, author=by)
    letter.contact = contact or patient.referrer or patient.gp
    _fill_in(letter, at=at)
    return keep(letter, by=by, why="letter begun")


def begin_letter_about(*, about: str, pk: UUID, contact_pk: UUID | None, by: User, at: datetime) -> Letter:
    """`begin_letter` for rows named by id: `about` is session, episode or patient. What is not there answers 404."""
    if about == "patient":
        patient = Patient.objects.visible_to(by).select_related("practice", "referrer", "gp").filter(pk=pk).first()
        source: dict[str, Any] = {}
    else:
        model: Any = {"session": NeedlingSession, "episode": Episode}[about]
        rows = model.objects.visible_to(by)
        row = rows.select_related("patient__practice", "patient__referrer", "patient__gp").filter(pk=pk).first()
        patient, source = (row.patient, {about: row}) if row else (None, {})
    contact = Contact.objects.visible_to(by).filter(pk=contact_pk).first() if contact_pk else None
    if patient is None or (contact_pk and contact is None):
        raise Http404
    return begin_letter(patient=patient, contact=contact, by=by, at=at, **source)


def _fill_in(letter: Letter, *, at: datetime) -> None:
    course = words.course_of(letter, at=at)
    if not course.sessions:
        raise NothingToWriteAbout
    told = words.first_words(course, letter.contact)
    for name, text in told.items():
        setattr(letter, name, text[: LENGTHS[name]])
    letter.filled_in = {name: getattr(letter, name) for name in TEXTS}


@transaction.atomic
def write_letter(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Letter:
    """Keep what the author wrote. A contact that was chosen brings its lines, unless lines were sent as well."""
    letter = _own(pk, by=by, version=version)
    if letter.discarded_at is not None:
        raise LetterPutAside
    chosen = values.get("contact", letter.contact)
    if chosen is not None and chosen != letter.contact:
        values = {**words.addressed(chosen), **values}
    for name, value in values.items():
        setattr(letter, name, value)
    return keep(letter, by=by, why="letter written")


@transaction.atomic
def fill_in_again(*, pk: UUID, names: list[str], by: User, at: datetime, version: int) -> Letter:
    """Put the record's words of today in place of the named texts; the ones before stay in the letter's history."""
    letter = _own(pk, by=by, version=version)
    if letter.discarded_at is not None:
        raise LetterPutAside
    if unknown := [name for name in names if name not in TEXTS]:
        raise ValidationError({"names": f"There is no text called {unknown[0]}."})
    course = words.course_of(letter, at=at)
    if not course.sessions:
        raise NothingToWriteAbout
    told = words.first_words(course, letter.contact)
    for name in names:
        setattr(letter, name, told[name][: LENGTHS[name]])
    letter.filled_in = letter.filled_in | {name: getattr(letter, name) for name in names}
    return keep(letter, by=by, why="filled in from the record again")


@transaction.atomic
def discard_letter(*, pk: UUID, by: User, at: datetime, version: int) -> Letter:
    """Put a letter aside: kept, hidden. What was issued of it stays as it is."""
    letter = _own(pk, by=by, version=version)
    letter.discarded_at = letter.discarded_at or at
    return keep(letter, by=by, why="put aside")


@transaction.atomic
def restore_letter(*, pk: UUID, by: User, version: int) -> Letter:
    letter = _own(pk, by=by, version=version)
    letter.discarded_at = None
    return keep(letter, by=by, why="brought back")


def _own(pk: UUID, *, by: User, version: int | None) -> Letter:
    """The letter, locked. Only its author writes in it: it is their name that stands under it."""
    letter = lock(letters_of(by), pk, version=version)
    if not policy.can_write_letter(by, letter):
        raise PermissionDenied
    return letter


def letters_of(by: User) -> Any:
    """Letters with what writing and drawing them needs."""
    related = ("practice", "patient__practice", "author", "contact", "session__practice", "session__patient__practice",
               "episode__patient__practice")  # fmt: skip
    return Letter.objects.visible_to(by).select_related(*related)


def issue_letter(*, pk: UUID, by: User, at: datetime) -> Document:
    """Make, check and store the letter as it stands; issuing it again supersedes the one before."""
    letter = letters_of(by).filter(pk=pk).first()
    if letter is None:
        raise Http404
    if not policy.can_write_letter(by, letter):
        raise PermissionDenied
    if letter.discarded_at is not None:
        raise LetterPutAside
    if not letter.addressee.strip() or not any(getattr(letter, name).strip() for name in TEXTS):
        raise NotAddressed
    return _store_letter(letter, preview_letter(letter, at=at), by=by, at=at)


def preview_letter(letter: Letter, *, at: datetime, draft: bool = False) -> Made:
    """The letter as it would be issued now; as a draft it says on every page that it is none yet."""
    number = new_number(Kind.GP_LETTER, letter.patient)
    drawn = gp_letter.render(gathering.letter(letter, document=number, at=at, draft=draft))
    versions: dict[str, object] = {"letter": letter.version, **words.course_of(letter, at=at).versions()}
    return checked(drawn, number=number, patient=letter.patient, versions=versions)


@transaction.atomic
def _store_letter(letter: Letter, made: Made, *, by: User, at: datetime) -> Document:
    current = lock(Letter.objects.visible_to(by), letter.pk)
    if current.version != letter.version:
        raise LetterChanged
    source = {"letter": letter, "session": letter.session, "episode": letter.episode, "addressee": letter.contact}
    return store(Kind.GP_LETTER, made, patient=letter.patient, by=by, at=at, **source)
