"""People, credentials, clinics, tokens and the practice by API."""

from typing import Any

import pytest
from django.utils import timezone

from practice.actions import add_clinic, issue_token
from practice.models import Clinic, Token, User
from tests.cast import Cast, api_as

NIA = {"full_name": "Nia Ward", "email": "nia@example.org", "role": "front_desk"}


@pytest.fixture
def anna(cast: Cast) -> Any:
    return api_as(cast.anna)


@pytest.fixture
def clinic(cast: Cast) -> Clinic:
    return add_clinic(values={"name": "Harbour"}, by=cast.anna)


def etag(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


# ---- people ---------------------------------------------------------------------------------------------------------
def test_a_person_is_invited(anna: Any):
    answer = anna.post("/api/v1/users", NIA, format="json")
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer.json() | NIA | {"is_active": True, "is_manager": False} == answer.json()
    assert not User.objects.get(email="nia@example.org").has_usable_password()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "anna@example.org"}, ["email"]),
        ({"email": "nia"}, ["email"]),
        ({"email": None}, ["email"]),
        ({"role": "owner"}, ["role"]),
        ({"role": ["front_desk"]}, ["role"]),
        ({"is_manager": "yes"}, ["is_manager"]),
        ({"role": "service", "is_manager": True}, ["is_manager"]),
        ({"full_name": "", "registration_number": "12"}, ["full_name"]),
        ({"registration_number": "12"}, ["registration_number"]),
        ({"practice": "0192f0c1-2345-7000-8000-000000000000"}, ["practice"]),
        ({"password": "x"}, ["password"]),
    ],
)
def test_an_invitation_is_refused_with_its_field(anna: Any, changes: dict[str, Any], fields: list[str]):
    answer = anna.post("/api/v1/users", NIA | changes, format="json")
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, fields)
    assert not User.objects.filter(full_name="Nia Ward").exists()


def test_a_change_needs_the_version_and_the_right_one(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.ben.pk}"
    assert anna.patch(address, {"role": "auditor"}, format="json").status_code == 428
    stale = anna.patch(address, {"role": "auditor"}, format="json", headers=etag(7))
    assert (stale.status_code, stale["ETag"], stale.json()["current"]["role"]) == (412, '"1"', "practitioner")
    changed = anna.patch(address, {"role": "auditor"}, format="json", headers=etag(1))
    assert (changed.status_code, changed["ETag"], changed.json()["role"]) == (200, '"2"', "auditor")


def test_a_change_sent_again_after_a_lost_answer_needs_no_version(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.ben.pk}"
    for headers in (etag(1), etag(1), {}):
        answer = anna.patch(address, {"post_nominals": "MOst"}, format="json", headers=headers)
        assert (answer.status_code, answer["ETag"]) == (200, '"2"')


def test_read_only_keys_sent_back_are_ignored(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.ben.pk}"
    body = anna.get(address).json() | {"is_active": False, "full_name": "Ben A."}
    answer = anna.patch(address, body, format="json", headers=etag(1))
    assert (answer.status_code, answer.json()["full_name"], answer.json()["is_active"]) == (200, "Ben A.", True)


def test_the_only_manager_stays_one(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.anna.pk}"
    answer = anna.patch(address, {"is_manager": False}, format="json", headers=etag(1))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_manager")


def test_deactivate_and_reactivate(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.ben.pk}"
    assert anna.post(f"{address}/deactivate").status_code == 428
    assert anna.post(f"{address}/deactivate", headers=etag(1)).json()["is_active"] is False
    assert anna.post(f"{address}/reactivate", headers=etag(2)).json()["is_active"] is True
    itself = anna.post(f"/api/v1/users/{cast.anna.pk}/deactivate", headers=etag(1))
    assert (itself.status_code, itself.json()["code"]) == (409, "not_yourself")


def test_a_password_link_is_whole_and_says_how_long_it_lasts(cast: Cast, anna: Any):
    body = anna.post(f"/api/v1/users/{cast.ben.pk}/password-link").json()
    assert body["url"] == f"http://testserver{body['path']}"
    assert body["expires_at"] > timezone.now().isoformat()
    refused = anna.post(f"/api/v1/users/{cast.robo.pk}/password-link")
    assert (refused.status_code, refused.json()["code"]) == (409, "signs_in_by_token")


def test_credentials_are_listed_added_and_corrected(cast: Cast, anna: Any):
    address = f"/api/v1/users/{cast.ben.pk}/credentials"
    added = anna.post(address, {"kind": "electrical", "issuer": "College", "expires_on": None}, format="json")
    assert (added.status_code, added["ETag"]) == (201, '"1"')
    one = f"{address}/{added.json()['id']}"
    changed = anna.patch(one, {"expires_on": "2030-01-31"}, format="json", headers=etag(1))
    assert (changed.json()["expires_on"], changed["ETag"]) == ("2030-01-31", '"2"')
    assert [c["kind"] for c in anna.get(address).json()] == ["electrical", "thoracic_needling"]
    wrong = anna.patch(one, {"expires_on": "2030-02-31"}, format="json", headers=etag(2))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "expires_on")


def test_a_credential_of_somebody_else_is_not_there(cast: Cast, anna: Any):
    bens = cast.ben.credentials.get()
    assert anna.patch(f"/api/v1/users/{cast.anna.pk}/credentials/{bens.pk}", {}, format="json").status_code == 404


def test_the_list_of_people_filters(anna: Any):
    body = anna.get("/api/v1/users?role=front_desk&is_active=true").json()
    assert [row["full_name"] for row in body["results"]] == ["Dana Whitfield"]


# ---- clinics, the practice ------------------------------------------------------------------------------------------
def test_everybody_reads_clinics_and_managers_change_them(cast: Cast, anna: Any, clinic: Clinic):
    address = f"/api/v1/clinics/{clinic.pk}"
    assert api_as(cast.dana).get(address).json()["name"] == "Harbour"
    assert api_as(cast.dana).patch(address, {"name": "x"}, format="json").status_code == 403
    assert anna.patch(address, {"name": "Hills"}, format="json", headers=etag(1)).json()["name"] == "Hills"


def test_a_clinic_is_archived_and_restored(anna: Any, clinic: Clinic):
    address = f"/api/v1/clinics/{clinic.pk}"
    assert anna.post(f"{address}/archive", headers=etag(1)).json()["is_active"] is False
    again = anna.post(f"{address}/archive", headers=etag(2))
    assert (again.status_code, again["ETag"]) == (200, '"2"')
    assert anna.post(f"{address}/restore", headers=etag(2)).json()["is_active"] is True


def test_a_clinics_name_is_said_to_be_taken(anna: Any, clinic: Clinic):
    answer = anna.post("/api/v1/clinics", {"name": "Harbour"}, format="json")
    assert answer.json()["errors"][0]["field"] == "name"


def test_the_practice_is_read_by_all_and_changed_by_managers(cast: Cast, anna: Any):
    assert api_as(cast.olga).get("/api/v1/practice").json()["name"] == "Harbour Lane Osteopathy"
    assert api_as(cast.ben).patch("/api/v1/practice", {"idle_minutes": 5}, format="json").status_code == 403
    assert anna.patch("/api/v1/practice", {"idle_minutes": 5}, format="json").status_code == 428
    answer = anna.patch("/api/v1/practice", {"idle_minutes": 5}, format="json", headers=etag(1))
    assert (answer.json()["idle_minutes"], answer["ETag"]) == (5, '"2"')


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_zone": "Atlantis"}, "time_zone"),
        ({"soreness_offsets_hours": [24, 1000]}, "soreness_offsets_hours.1"),
        ({"soreness_offsets_hours": "24"}, "soreness_offsets_hours"),
        ({"idle_minutes": "15"}, "idle_minutes"),
        ({"idle_minutes": 0}, "idle_minutes"),
        ({"country": "aus"}, "country"),
        ({"country": "au"}, "country"),
        ({"thoracic_sides_rule": None}, "thoracic_sides_rule"),
        ({"name": ""}, "name"),
        ({"email": "x"}, "email"),
        ({"next_record_number": 1}, "next_record_number"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_field(anna: Any, body: dict[str, Any], field: str):
    answer = anna.patch("/api/v1/practice", body, format="json", headers=etag(1))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


# ---- tokens ---------------------------------------------------------------------------------------------------------
def test_a_token_is_issued_for_oneself_and_lasts_90_days(cast: Cast):
    body = api_as(cast.ben).post("/api/v1/tokens", {"name": "Laptop"}, format="json").json()
    token = Token.objects.get()
    assert (body["user"], token.digest) == (str(cast.ben.pk), Token.digest_of(body["secret"]))
    assert (token.expires_at - token.created_at).days == 90


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "name"), ({"name": "x", "days": 366}, "days"), ({"name": "x", "days": 0}, "days"),
     ({"name": "x", "user": "nobody"}, "user"), ({"name": "x", "digest": "1"}, "digest")],
)  # fmt: skip
def test_a_token_that_cannot_be_is_refused_with_its_field(anna: Any, body: dict[str, Any], field: str):
    answer = anna.post("/api/v1/tokens", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_managers_issue_for_service_accounts_and_others_for_themselves_only(cast: Cast, anna: Any):
    body = {"name": "x", "user": str(cast.robo.pk)}
    assert anna.post("/api/v1/tokens", body, format="json").status_code == 201
    assert api_as(cast.ben).post("/api/v1/tokens", body, format="json").status_code == 403


def test_one_sees_and_revokes_ones_own_and_a_manager_everybodys(cast: Cast, anna: Any):
    token = issue_token(person=cast.ben, name="x", days=1, by=cast.ben, at=timezone.now()).token
    address = f"/api/v1/tokens/{token.pk}"
    assert api_as(cast.dana).get(address).status_code == 404
    assert api_as(cast.dana).post(f"{address}/revoke").status_code == 404
    assert [t["id"] for t in anna.get(f"/api/v1/tokens?user={cast.ben.pk}").json()["results"]] == [str(token.pk)]
    first, second = (anna.post(f"{address}/revoke").json()["revoked_at"] for _ in range(2))
    assert first == second is not None


# ---- who ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["ben", "dana", "olga", "robo"])
def test_only_managers_reach_people(cast: Cast, name: str):
    client = api_as(cast.person(name))
    one = f"/api/v1/users/{cast.ben.pk}"
    answers = [client.get("/api/v1/users"), client.post("/api/v1/users", NIA, format="json"), client.get(one),
               client.patch(one, {"is_manager": True}, format="json"), client.post(f"{one}/password-link")]  # fmt: skip
    assert {a.status_code for a in answers} == {403}


def test_a_manager_elsewhere_finds_nothing_here(cast: Cast, clinic: Clinic):
    User.objects.filter(pk=cast.zoe.pk).update(is_manager=True)
    zoe = api_as(cast.zoe)
    token = issue_token(person=cast.ben, name="x", days=1, by=cast.ben, at=timezone.now()).token
    credential = cast.ben.credentials.get()
    person = f"/api/v1/users/{cast.ben.pk}"
    asked = [person, f"{person}/credentials", f"/api/v1/clinics/{clinic.pk}", f"/api/v1/tokens/{token.pk}"]
    posted = [f"{person}/deactivate", f"{person}/reactivate", f"{person}/password-link", f"{person}/credentials",
              f"/api/v1/clinics/{clinic.pk}/archive", f"/api/v1/clinics/{clinic.pk}/restore",
              f"/api/v1/tokens/{token.pk}/revoke"]  # fmt: skip
    patched = [person, f"{person}/credentials/{credential.pk}", f"/api/v1/clinics/{clinic.pk}"]
    assert {zoe.get(a).status_code for a in asked} == {404}
    assert {zoe.post(a, {}, format="json", headers=etag(1)).status_code for a in posted} == {404}
    assert {zoe.patch(a, {}, format="json", headers=etag(1)).status_code for a in patched} == {404}
    issued = zoe.post("/api/v1/tokens", {"name": "x", "user": str(cast.ben.pk)}, format="json")
    assert (issued.status_code, issued.json()["errors"][0]["field"]) == (400, "user")
    assert [u["full_name"] for u in zoe.get("/api/v1/users").json()["results"]] == ["Zoe Marsh"]
