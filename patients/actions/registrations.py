"""Registrations by a link: invited, sent in by the person, decided at the desk, and deleted when their time is over.

Nothing that is done here answers whether somebody is a patient already: whoever holds a link writes, and reads nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from patients import own_words, policy
from patients.actions.identifiers import add_identifier, checked_identifier
from patients.actions.merges import ChangedSince
from patients.actions.people import correct_patient, refuse_impossible_birth, register_patient
from patients.email_permission import reason_of_change
from patients.models import Identifier, Patient, Registration, RegistrationAnswers, RegistrationLink
from patients.registration_words import LINK_LASTS, documents_words
from practice import outgoing
from practice.errors import Refused, Stale
from practice.history import erase, keep, lock
from practice.models import OutgoingEmail, Practice, Token, User

State, Way = Registration.State, Registration.Way
MAIL = "registration"
MOST_AT_ONCE = 500


class RegistrationDecided(Refused):
    code = "registration_decided"
    message = "Somebody has decided about this registration already."


class LinkOver(Refused):
    code = "link_over"
    message = "This link is over. Send a new one."


# ---- the desk: out goes a link --------------------------------------------------------------------------------------
@transaction.atomic
def invite(*, way: str, email: str = "", called: str = "", by: User, at: datetime) -> Registration:
    """A link for somebody new: by mail to an address, or to be shown at the desk. Raises ValidationError per field."""
    if not policy.may_invite(by):
        raise PermissionDenied
    practice, email = by.practice, email.strip()
    if way == Way.EMAIL:
        _refuse_no_address(email)
    registration = Registration(practice=practice, way=way, created_at=at, forget_at=at + LINK_LASTS + _kept(practice))
    keep(registration, by=by, why="invited")
    answers = RegistrationAnswers(
        practice=practice, registration=registration, called=" ".join(called.split()), email=email, created_at=at
    )
    keep(answers, by=by, why="invited")
    if way == Way.EMAIL:
        outgoing.queue(practice=practice, event_key=_event(registration), template=MAIL,
                       about={"registration": str(registration.pk)}, by=by, at=at)  # fmt: skip
    return registration


def mail_of(registration: Registration) -> OutgoingEmail | None:
    """The mail with its link: whether it went stands there."""
    mails = OutgoingEmail.objects.filter(practice=registration.practice_id, event_key=_event(registration))
    return mails.first() if registration.way == Way.EMAIL else None


def _event(registration: Registration) -> str:
    return f"{MAIL}:{registration.pk}"


def _refuse_no_address(email: str) -> None:
    if not email:
        raise ValidationError({"email": "Write the e-mail address that the link goes to."})
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": "Write an e-mail address like name@example.org."}) from error


@transaction.atomic
def show_link(*, pk: UUID, by: User, at: datetime) -> str:
    """A new token for who stands at the desk; those made before still open. Told here once, stored nowhere."""
    registration = _invited(pk, by=by)
    return _new_link(registration, by=by, at=at)


@transaction.atomic
def link_for_mail(*, registration: Registration, at: datetime) -> str:
    """The same for the mail that is just written."""
    current = lock(Registration.objects.select_related("practice"), registration.pk)
    return _new_link(current, by=None, at=at)


def _new_link(registration: Registration, *, by: User | None, at: datetime) -> str:
    link, token = RegistrationLink.with_token(
        practice=registration.practice, registration=registration, expires_at=at + LINK_LASTS, created_at=at
    )
    keep(link, by=by, why="link made")
    registration.forget_at = max(registration.forget_at, link.expires_at + _kept(registration.practice))
    keep(registration, by=by, why="link made")
    return token


@transaction.atomic
def withdraw_invitation(*, pk: UUID, by: User, at: datetime, version: int) -> Registration:
    """The links of it open nothing from now on, and a mail that still waits does not go."""
    registration = _invited(pk, by=by, version=version)
    return _decide(registration, State.WITHDRAWN, by=by, at=at)


# ---- the person: the form is filled in ------------------------------------------------------------------------------
def find_registration(*, token: str, at: datetime) -> Registration | None:
    """What a link opens, with its practice; None for whatever opens nothing, after the same one query."""
    links = RegistrationLink.objects.select_related("registration__practice")
    link = links.filter(digest=Token.digest_of(token)).first()
    if link is None or link.expires_at <= at or not link.registration.is_invited:
        return None
    return link.registration


@transaction.atomic
def send_in(
    *, registration: Registration, person: Mapping[str, Any], identifiers: Sequence[Mapping[str, Any]] = (), gp: str = "",
    at: datetime,
) -> bool:  # fmt: skip
    """What the person wrote about themselves waits for the desk. Once: False when it was sent in, withdrawn or run out
    meanwhile. Raises ValidationError per field. Whoever calls has found `registration` by its link."""
    current = lock(Registration.objects.select_related("practice", "answers"), registration.pk)
    if not current.is_invited:
        return False
    practice = current.practice
    answers = current.answers
    answers.said = own_words.kept(person=person, identifiers=identifiers, gp=gp.strip())
    _refuse_what_no_record_takes(answers.said, practice, at=at)
    keep(answers, by=None, why="sent in")
    current.state, current.sent_in_at, current.forget_at = State.SENT_IN, at, at + _kept(practice)
    current.documents_by_email_ok = bool(person.get("documents_by_email_ok"))
    current.documents_by_email_words = documents_words(practice) if current.documents_by_email_ok else ""
    keep(current, by=None, why="sent in by the person")
    return True


def _refuse_what_no_record_takes(said: Mapping[str, Any], practice: Practice, *, at: datetime) -> None:
    """The same rules as for a patient at the desk."""
    patient = own_words.as_patient(said, practice)
    related = {field.name for field in patient._meta.concrete_fields if field.is_relation}
    patient.clean_fields(exclude=related | {"record_number"})
    patient.clean()
    refuse_impossible_birth(patient, at=at)
    for row in own_words.identifiers_of(said):
        checked_identifier(patient, row)


# ---- the desk: what becomes of it -----------------------------------------------------------------------------------
@transaction.atomic
def accept_registration(
    *, pk: UUID, by: User, at: datetime, version: int, values: Mapping[str, Any] | None = None,
    identifiers: Sequence[Mapping[str, Any]] | None = None, referral: Mapping[str, Any] | None = None,
    confirm_not_duplicate: bool = False,
) -> Patient:  # fmt: skip
    """A new patient of what the person wrote, through the same gate as every other. `values` and `identifiers` are what
    the desk puts right; left out, what was written counts. By two people at once it becomes one patient."""
    registration = _waiting(pk, by=by, version=version)
    said = registration.answers.said
    final = own_words.first_values(said) | dict(values or {})
    numbers = own_words.identifiers_of(said) if identifiers is None else identifiers
    patient = register_patient(
        values=final, identifiers=numbers, referral=referral, by=by, at=at, confirm_not_duplicate=confirm_not_duplicate,
        why=reason_of_change(wrote=own_words.person_of(said), final=final),
    )  # fmt: skip
    _decide(registration, State.ACCEPTED, by=by, at=at, patient=patient)
    return patient


@transaction.atomic
def take_into_record(
    *, pk: UUID, patient_pk: UUID, take: Sequence[str] = (), by: User, at: datetime, version: int, patient_version: int
) -> Patient:  # fmt: skip
    """The person is a patient already: what was chosen (own_words.lines_beside) goes into that record, phones, former
    names and numbers of cards are combined. Refused when the record changed since it was compared."""
    registration = _waiting(pk, by=by, version=version)
    said = registration.answers.said
    patient = Patient.objects.visible_to(by).filter(pk=patient_pk).select_for_update(of=("self",)).first()
    if patient is None:
        raise PermissionDenied
    if patient.version != patient_version:
        raise ChangedSince("The record was changed since you compared it. Look at it again.")
    if unknown := sorted(set(take) - {line.key for line in own_words.lines_beside(patient, said)}):
        raise ValidationError({"take": f"Nothing was written about {unknown[0][:60]}."})
    changes = own_words.taken_from(patient, said, take)
    patient = correct_patient(
        pk=patient.pk, values=changes, by=by, at=at, version=patient_version,
        why=reason_of_change(wrote=own_words.person_of(said), final=changes),
    )  # fmt: skip
    _add_numbers(patient, said, by=by)
    _decide(registration, State.TAKEN_IN, by=by, at=at, patient=patient)
    return patient


def _add_numbers(patient: Patient, said: Mapping[str, Any], *, by: User) -> None:
    known = Identifier.objects.of_patient(patient).standing().values_list("system", "value")
    have = set(known)
    for row in own_words.identifiers_of(said):
        if (row["system"], row["value"]) not in have:
            add_identifier(patient=patient, values=row, by=by)


@transaction.atomic
def reject_registration(*, pk: UUID, reason: str, note: str = "", by: User, at: datetime, version: int) -> Registration:
    """It becomes nothing. Why stays; what was written, and the note, are deleted with it."""
    registration = _waiting(pk, by=by, version=version)
    if reason not in Registration.Reason:
        raise ValidationError({"reason": "Choose why it is not taken."})
    registration.reason = reason
    if note.strip():
        registration.answers.note = note.strip()
        keep(registration.answers, by=by, why="not taken")
    return _decide(registration, State.REJECTED, by=by, at=at)


# ---- the worker: what nobody needs any more is deleted --------------------------------------------------------------
def forget_registrations(*, at: datetime) -> int:
    """Deletes the answers whose time is over, whatever became of them; how many. Their rows say that it was done."""
    due = Registration.objects.to_forget(at).order_by("forget_at").values_list("pk", flat=True)
    return sum(_forget(pk, at=at) for pk in list(due[:MOST_AT_ONCE]))


@transaction.atomic
def _forget(pk: UUID, *, at: datetime) -> bool:
    registration = lock(Registration.objects.told(), pk)
    if registration.forgotten_at or registration.forget_at > at:
        return False  # another worker was faster, or a new link was made
    erase([registration.answers], by=None, why="its time is over")
    if registration.state in Registration.OPEN:
        registration.state = State.LAPSED
    registration.forgotten_at = at
    keep(registration, by=None, why="what was written is deleted")
    return True


# ---- what they all need ---------------------------------------------------------------------------------------------
def _kept(practice: Practice) -> timedelta:
    return timedelta(days=practice.registration_keep_days)


def _decide(registration: Registration, state: str, *, by: User, at: datetime, patient: Patient | None = None) -> Registration:  # fmt: skip
    registration.state, registration.decided_by, registration.decided_at = state, by, at
    registration.patient, registration.forget_at = patient, at + _kept(registration.practice)
    return keep(registration, by=by, why=registration.get_state_display().lower())


def _waiting(pk: UUID, *, by: User, version: int) -> Registration:
    """Locked, for somebody who may decide. Who is told that it was decided needs no comparing of versions."""
    registration = _locked(pk, by=by)
    if not registration.is_waiting:
        raise registration_is_over(registration)
    if registration.version != version:
        raise Stale(registration)
    return registration


def _invited(pk: UUID, *, by: User, version: int | None = None) -> Registration:
    registration = _locked(pk, by=by)
    if not registration.is_invited:
        raise LinkOver("It was sent in meanwhile. Look at it first.") if registration.is_waiting else LinkOver
    if version is not None and registration.version != version:
        raise Stale(registration)
    return registration


def registration_is_over(registration: Registration) -> Refused:
    """Why nothing can be decided about it, in a sentence."""
    if registration.is_invited:
        return RegistrationDecided("Nothing was sent in by this link yet.")
    who = registration.decided_by.full_name if registration.decided_by else "The program"
    number = f", No. {registration.patient.record_number:06d}" if registration.patient else ""
    return RegistrationDecided(f"{who} has decided already: {registration.get_state_display().lower()}{number}.")


def _locked(pk: UUID, *, by: User) -> Registration:
    registration = lock(Registration.objects.visible_to(by).told(), pk)
    if not policy.can_decide_registration(by, registration):
        raise PermissionDenied
    return registration
