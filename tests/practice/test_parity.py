"""One verb, one outcome, one sentence: whether it comes through the page or through the API."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from practice.actions import add_clinic
from practice.models import Clinic, Token, User
from tests.cast import Cast, api_as, page_as


class Outcome(NamedTuple):
    done: bool
    sentences: dict[str, list[str]]


Way = Callable[..., Outcome]


def through_the_page(user: User, page: str, _api: str, form: dict[str, Any], _verb: str = "post") -> Outcome:
    client = page_as(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()
    answer = client.post(page, {k: v for k, v in form.items() if v is not False})
    if answer.status_code == 403:
        return Outcome(False, {"": ["not allowed"]})
    errors = answer.context["form"].errors if answer.status_code == 422 else {}
    return Outcome(answer.status_code < 400, {("" if k == "__all__" else k): list(v) for k, v in errors.items()})


def through_the_api(user: User, _page: str, api: str, body: dict[str, Any], verb: str = "post") -> Outcome:
    body = {k: v == "on" if v in ("on", False) else v for k, v in body.items()}
    headers = {"If-Match": f'"{body.pop("version")}"'} if "version" in body else {}
    answer = getattr(api_as(user), verb)(api, body, format="json", headers=headers)
    if answer.status_code == 403:
        return Outcome(False, {"": ["not allowed"]})
    problem = answer.json() if answer.status_code >= 400 else {"errors": []}
    sentences: dict[str, list[str]] = {}
    for entry in problem["errors"]:
        sentences.setdefault(entry["field"], []).append(entry["message"])
    if answer.status_code == 409:
        sentences = {"": [problem["detail"]]}
    return Outcome(answer.status_code < 400, sentences)


@pytest.fixture(params=[through_the_page, through_the_api])
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


DONE = Outcome(True, {})
NOT_ALLOWED = Outcome(False, {"": ["not allowed"]})
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
        ("anna", {"role": "service", "is_manager": "on"},
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
            "registration_number": person.registration_number, "is_manager": False, "version": 1}  # fmt: skip
    page, api = f"/practice/staff/{person.pk}", f"/api/v1/users/{person.pk}"
    assert way(User.objects.get(pk=cast.person(who).pk), page, api, form, "patch") == outcome
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
