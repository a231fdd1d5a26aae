from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from practice.actions import deactivate_person, issue_token, revoke_token
from practice.models import User
from tests.cast import Cast, api_as


def with_header(value: str) -> Any:
    return APIClient().get("/api/v1/me", headers={"Authorization": value})


@pytest.fixture
def secret(cast: Cast) -> str:
    return issue_token(person=cast.ben, name="Laptop", days=1, by=cast.ben, at=timezone.now()).secret


def test_a_token_signs_its_person_in(cast: Cast, secret: str):
    answer = with_header(f"Bearer {secret}")
    assert (answer.status_code, answer.json()["user"]["email"]) == (200, "ben@example.org")


def test_the_scheme_is_read_without_case(secret: str):
    assert with_header(f"bearer {secret}").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer a b",
        "Basic YTpi",
        "Token x",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 9000,
    ],
)
def test_anything_else_is_401_and_says_how(cast: Cast, secret: str, header: str):
    answer = with_header(header)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_that_ran_out_looks_like_an_unknown_one(cast: Cast):
    late = timezone.now() - timedelta(days=2)
    secret = issue_token(person=cast.ben, name="Old", days=1, by=cast.ben, at=late).secret
    assert with_header(f"Bearer {secret}").json() == with_header("Bearer nonsense").json()


def test_a_revoked_token_stops_at_once(cast: Cast, secret: str):
    revoke_token(pk=cast.ben.tokens.get().pk, by=cast.ben, at=timezone.now())
    assert with_header(f"Bearer {secret}").status_code == 401


def test_a_deactivated_persons_token_stops_and_does_not_come_back(cast: Cast, secret: str):
    person = deactivate_person(pk=cast.ben.pk, by=cast.anna, at=timezone.now(), version=cast.ben.version)
    assert with_header(f"Bearer {secret}").status_code == 401
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert with_header(f"Bearer {secret}").status_code == 401


def test_the_secret_is_nowhere_in_the_database(cast: Cast, secret: str):
    token = cast.ben.tokens.get()
    row = {f.name: str(getattr(token, f.attname)) for f in token._meta.concrete_fields}
    assert secret not in row.values()
    assert len(token.digest) == 64


def test_a_browser_session_changes_nothing_without_the_csrf_token(cast: Cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.anna, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/api/v1/clinics", {"name": "Harbour"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_token_needs_no_csrf_token(cast: Cast):
    secret = issue_token(person=cast.anna, name="x", days=1, by=cast.anna, at=timezone.now()).secret
    client = APIClient(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.post("/api/v1/clinics", {"name": "Harbour"}, format="json", headers=headers).status_code == 201


def test_me_says_who_where_and_what_one_may(cast: Cast):
    body = api_as(cast.dana).get("/api/v1/me").json()
    assert body["user"] | {"id": 0, "created_at": 0, "updated_at": 0} == {
        "id": 0,
        "version": 1,
        "email": "dana@example.org",
        "full_name": "Dana Whitfield",
        "post_nominals": "",
        "profession": "osteopath",
        "role": "front_desk",
        "is_manager": False,
        "registration_number": "",
        "supervisor": None,
        "is_active": True,
        "created_at": 0,
        "updated_at": 0,
    }
    assert body["practice"]["name"] == "Harbour Lane Osteopathy"
    assert "patients.write" in body["permissions"]
    assert "sessions.read" not in body["permissions"]
