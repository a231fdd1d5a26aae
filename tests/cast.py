"""The fixed cast: who they are is the same in every test."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from patients.models import Patient
from practice.history import keep
from practice.models import Credential, Practice, User

NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 11:30 in Melbourne


@dataclass
class Cast:
    """Two practices. Anna is a practitioner and the manager, Ben her colleague, Dana sits at the front desk, Olga
    audits, Robo is a service account; Zoe works elsewhere. Siobhán is the practice's patient, Xaver is Zoe's."""

    home: Practice
    other: Practice
    anna: User
    ben: User
    dana: User
    olga: User
    robo: User
    zoe: User
    siobhan: Patient
    xaver: Patient

    def person(self, name: str) -> User:
        return getattr(self, name)


def make_cast() -> Cast:
    home = keep(
        Practice(name="Harbour Lane Osteopathy", phone="(03) 5550 0117", next_record_number=2), by=None, why="set up"
    )
    other = keep(Practice(name="Elsewhere Osteopathy", next_record_number=2), by=None, why="set up")
    people = {
        "anna": make_user(home, "anna", "Anna Kovač", User.Role.PRACTITIONER, is_manager=True,
                          registration_number="OST0001234567"),
        "ben": make_user(home, "ben", "Ben Adeyemi", User.Role.PRACTITIONER, registration_number="OST0007654321"),
        "dana": make_user(home, "dana", "Dana Whitfield", User.Role.FRONT_DESK),
        "olga": make_user(home, "olga", "Olga Lindqvist", User.Role.AUDITOR),
        "robo": make_user(home, "robo", "Import robot", User.Role.SERVICE),
        "zoe": make_user(other, "zoe", "Zoe Marsh", User.Role.PRACTITIONER),
    }  # fmt: skip
    for name in ("anna", "ben"):
        give_credential(people[name])
    siobhan = make_patient(people["anna"], record_number=1, family_name="O'Neill", given_names="Siobhán",
                           date_of_birth=date(1988, 2, 29), sex_at_birth="female")  # fmt: skip
    xaver = make_patient(people["zoe"], record_number=1, family_name="Fremd", given_names="Xaver",
                         date_of_birth=date(1970, 1, 1))  # fmt: skip
    return Cast(home=home, other=other, siobhan=siobhan, xaver=xaver, **people)


def make_user(practice: Practice, name: str, full_name: str, role: str, **more: Any) -> User:
    user = User(practice=practice, email=f"{name}@example.org", full_name=full_name, role=role, **more)
    user.set_unusable_password()
    return keep(user, by=None, why="set up")


def give_credential(user: User, kind: str = "thoracic_needling", days: int = 400) -> Credential:
    expires = NOW.date() + timedelta(days=days)
    credential = Credential(practice=user.practice, user=user, kind=kind, issuer="ODNA", expires_on=expires)
    return keep(credential, by=user, why="set up")


def make_patient(by: User, **values: Any) -> Patient:
    return keep(Patient(practice=by.practice, **values), by=by, why="registered")


def api_as(user: User | None) -> APIClient:
    """An API client signed in the way a browser is; None is the anonymous."""
    client = APIClient(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_as(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
