"""One verb, one outcome, one sentence: whether it comes through the page or through the API."""

from typing import Any

import pytest

from practice.actions import add_clinic
from practice.models import Clinic, Token, User
from tests.cast import Cast
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way

PERSON = {"full_name": "Nia Ward", "email": "nia@example.org", "role": "front_desk"}


@pytest.mark.parametrize(
    ("who", "changes", "outcome"),
    [
        ("anna", {}, DONE),
        ("ben", {}, NOT_ALLOWED),
        ("dana", {}, NOT_ALLOWED),
        ("anna", {"email": "ben@example.org"},
         Outcome(False, {"email": ["Somebody already signs in with this e-mail."]})),
        ("anna", {"registration_number": "12"},
         Outcome(False, {"registration_number": ["A registration number is 3 letters and 10 digits: OST0001234567."]})),
        ("anna", {"role": "service", "is_manager": True},
         Outcome(False, {"is_manager": ["A service account cannot manage the practice. Choose another role."]})),
    ],
)  # fmt: skip
def test_inviting(cast: Cast, way: Way, who: str, changes: dict[str, Any], outcome: Outcome):
    form = PERSON | changes
    assert way(cast.person(who), "/practice/staff/invite", "/api/v1/users", form) == outcome
    assert User.objects.filter(full_name="Nia Ward").exists() is outcome.done


@pytest.mark.parametrize(
    ("who", "managers", "outcome"),
    [
        ("anna", ["anna"],
         Outcome(False, {"": ["Somebody has to manage the practice. Make another person a manager first."]})),
        ("anna", ["anna", "ben"], DONE),
        ("ben", ["anna"], NOT_ALLOWED),
    ],
)  # fmt: skip
def test_no_longer_managing(cast: Cast, way: Way, who: str, managers: list[str], outcome: Outcome):
    for name in managers:
        User.objects.filter(pk=cast.person(name).pk).update(is_manager=True)
    person = cast.anna
    form = {"full_name": person.full_name, "email": person.email, "role": person.role,
            "registration_number": person.registration_number, "is_manager": False}  # fmt: skip
    page, api = f"/practice/staff/{person.pk}", f"/api/v1/users/{person.pk}"
    assert way(User.objects.get(pk=cast.person(who).pk), page, api, form, "patch", version=1) == outcome
    person.refresh_from_db()
    assert person.is_manager is not outcome.done


@pytest.mark.parametrize(
    ("who", "name", "outcome"),
    [
        ("anna", "Hills", DONE),
        ("dana", "Hills", NOT_ALLOWED),
        ("anna", "Harbour",
         Outcome(False, {"name": ["There is a clinic named Harbour already. Give this one another name."]})),
    ],
)  # fmt: skip
def test_adding_a_clinic(cast: Cast, way: Way, who: str, name: str, outcome: Outcome):
    add_clinic(values={"name": "Harbour"}, by=cast.anna)
    assert way(cast.person(who), "/practice/clinics", "/api/v1/clinics", {"name": name}) == outcome
    assert Clinic.objects.filter(name="Hills").exists() is outcome.done


@pytest.mark.parametrize(
    ("who", "for_whom", "outcome"),
    [("anna", "anna", DONE), ("anna", "robo", DONE), ("ben", "ben", DONE), ("dana", "dana", DONE)],
)
def test_issuing_a_token(cast: Cast, way: Way, who: str, for_whom: str, outcome: Outcome):
    form = {"user": str(cast.person(for_whom).pk), "name": "Import", "days": 30}
    assert way(cast.person(who), "/practice/tokens", "/api/v1/tokens", form) == outcome
    assert Token.objects.get().user == cast.person(for_whom)


@pytest.mark.parametrize(("who", "for_whom"), [("ben", "anna"), ("dana", "robo"), ("anna", "zoe")])
def test_no_token_for_whom_one_may_not(cast: Cast, way: Way, who: str, for_whom: str):
    form = {"user": str(cast.person(for_whom).pk), "name": "Import", "days": 30}
    assert not way(cast.person(who), "/practice/tokens", "/api/v1/tokens", form).done
    assert not Token.objects.exists()
