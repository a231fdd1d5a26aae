"""Every page of the practice opens for who may, says 403 to who may not, and keeps what was typed."""

import re
import time
from typing import Any

import pytest
from django.test import Client

from practice.actions import add_clinic, issue_token, set_password
from practice.models import Clinic, Token, User
from tests.cast import NOW, Cast, give_credential, page_as

MANAGERS_ONLY = ["/practice/staff", "/practice/staff/invite", "/practice/settings", "/practice/clinics"]


def confirmed(user: User) -> Client:
    """A browser whose person has just confirmed the password, as protected changes ask for."""
    client = page_as(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()
    return client


@pytest.fixture
def anna(cast: Cast) -> Client:
    return confirmed(cast.anna)


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


@pytest.mark.parametrize("address", ["/", "/account", "/practice/tokens", *MANAGERS_ONLY])
def test_a_manager_opens_every_page(anna: Client, address: str):
    assert anna.get(address).status_code == 200


@pytest.mark.parametrize("address", MANAGERS_ONLY)
@pytest.mark.parametrize("name", ["ben", "dana", "olga"])
def test_who_does_not_manage_is_refused(cast: Cast, name: str, address: str):
    assert page_as(cast.person(name)).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/", "/account", "/practice", "/practice/tokens"])
@pytest.mark.parametrize("name", ["ben", "dana", "olga"])
def test_everybody_opens_their_own(cast: Cast, name: str, address: str):
    assert page_as(cast.person(name)).get(address).status_code == 200


@pytest.mark.parametrize("address", ["/", "/account", "/practice", "/practice/tokens", *MANAGERS_ONLY])
def test_nobody_gets_in_unsigned(db: None, address: str):
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_a_manager_begins_with_the_staff(anna: Client):
    assert anna.get("/practice")["Location"] == "/practice/staff"


def test_the_staff_list_costs_the_same_for_few_and_many(cast: Cast, django_assert_max_num_queries: Any):
    client = confirmed(cast.anna)
    client.get("/practice/staff")
    with django_assert_max_num_queries(5):
        client.get("/practice/staff")
    for number in range(20):
        give_credential(User.objects.get(email=f"{'ben' if number % 2 else 'anna'}@example.org"), kind="electrical")
    with django_assert_max_num_queries(5):
        client.get("/practice/staff")


def test_an_invited_person_gets_a_link_that_is_shown_once(anna: Client):
    answer = anna.post("/practice/staff/invite", {"full_name": "Nia Ward", "email": "nia@example.org",
                                                  "role": "front_desk", "profession": ""})  # fmt: skip
    assert re.search(r'value="http://testserver/set-password/\S+"', answer.content.decode())
    assert not User.objects.get(email="nia@example.org").has_usable_password()


def test_an_invitation_that_cannot_be_keeps_what_was_typed(anna: Client):
    answer = anna.post("/practice/staff/invite", {"full_name": "Nia Ward", "email": "anna@example.org", "role": ""})
    assert answer.status_code == 422
    assert errors(answer) == {"role": ["Fill this in."]}
    assert 'value="Nia Ward"' in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": "BEN@example.org"}, "email", "Somebody already signs in with this e-mail."),
        ({"email": "nia"}, "email", "Write an e-mail address like name@example.org."),
        ({"full_name": "x" * 121}, "full_name", "Ensure this value has at most 120 characters (it has 121)."),
        ({"full_name": "Ni\x00a"}, "full_name", "Null characters are not allowed."),
        ({"registration_number": "123"}, "registration_number",
         "A registration number is 3 letters and 10 digits: OST0001234567."),
        ({"role": "owner"}, "role", "Choose one of the list."),
        ({"role": "service", "is_manager": "on"}, "is_manager",
         "A service account cannot manage the practice. Choose another role."),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_field(anna: Client, changes: dict[str, str], field: str, sentence: str):
    form = {"full_name": "Nia Ward", "email": "nia@example.org", "role": "front_desk"} | changes
    answer = anna.post("/practice/staff/invite", form)
    assert (answer.status_code, errors(answer)) == (422, {field: [sentence]})
    assert User.objects.filter(full_name__startswith="Ni").count() == 0


def person_form(person: User, **changes: Any) -> dict[str, Any]:
    names = ("full_name", "email", "role", "post_nominals", "profession", "registration_number", "version")
    form = {name: getattr(person, name) for name in names} | ({"is_manager": "on"} if person.is_manager else {})
    return form | changes


def test_a_person_is_changed(cast: Cast, anna: Client):
    anna.post(f"/practice/staff/{cast.ben.pk}", person_form(cast.ben, role="auditor", is_manager="on"))
    cast.ben.refresh_from_db()
    assert (cast.ben.role, cast.ben.is_manager) == ("auditor", True)


def test_of_two_who_save_the_later_sees_both_and_may_insist(cast: Cast, anna: Client):
    form = person_form(cast.ben, full_name="Ben A. Adeyemi")
    anna.post(f"/practice/staff/{cast.ben.pk}", person_form(cast.ben, full_name="Benjamin Adeyemi"))
    answer = anna.post(f"/practice/staff/{cast.ben.pk}", form)
    assert answer.status_code == 422
    assert errors(answer)["full_name"] == ["Saved meanwhile: Benjamin Adeyemi."]
    assert 'value="Ben A. Adeyemi"' in answer.content.decode()
    again = form | {"version": answer.context["form"]["version"].value()}
    assert anna.post(f"/practice/staff/{cast.ben.pk}", again).status_code == 302
    cast.ben.refresh_from_db()
    assert cast.ben.full_name == "Ben A. Adeyemi"


def test_the_last_manager_stays_one(cast: Cast, anna: Client):
    form = person_form(cast.anna)
    del form["is_manager"]
    answer = anna.post(f"/practice/staff/{cast.anna.pk}", form)
    sentence = "Somebody has to manage the practice. Make another person a manager first."
    assert (answer.status_code, errors(answer)["__all__"]) == (422, [sentence])


def test_deactivated_and_back(cast: Cast, anna: Client):
    for act, active in (("deactivate", False), ("reactivate", True)):
        anna.post(f"/practice/staff/{cast.ben.pk}/{act}")
        cast.ben.refresh_from_db()
        assert cast.ben.is_active is active


def test_nobody_deactivates_themselves(cast: Cast, anna: Client):
    answer = anna.post(f"/practice/staff/{cast.anna.pk}/deactivate", follow=True)
    assert "You cannot deactivate yourself. Ask another manager." in answer.content.decode()
    assert "Deactivate</button>" not in answer.content.decode()


def test_a_link_for_who_forgot_the_password(cast: Cast, anna: Client):
    answer = anna.post(f"/practice/staff/{cast.ben.pk}/password-link")
    assert "/set-password/" in answer.content.decode()
    assert "/set-password/" not in anna.get(f"/practice/staff/{cast.ben.pk}").content.decode()


def test_a_service_account_gets_no_link(cast: Cast, anna: Client):
    answer = anna.post(f"/practice/staff/{cast.robo.pk}/password-link", follow=True)
    assert "A service account has no password. Issue a token for it." in answer.content.decode()


def test_credentials_are_added_and_corrected(cast: Cast, anna: Client):
    form = {"kind": "electrical", "issuer": "College", "expires_on": "2027-05-31"}
    anna.post(f"/practice/staff/{cast.ben.pk}/credentials", form)
    credential = cast.ben.credentials.get(kind="electrical")
    renewed = form | {"expires_on": "2030-05-31", "version": 1}
    assert anna.post(f"/practice/credentials/{credential.pk}", renewed).status_code == 302
    credential.refresh_from_db()
    assert credential.expires_on.year == 2030


def test_a_credential_that_cannot_be_keeps_the_rest_of_the_page(cast: Cast, anna: Client):
    answer = anna.post(f"/practice/staff/{cast.ben.pk}/credentials", {"kind": "", "expires_on": "31 February"})
    assert answer.status_code == 422
    assert dict(answer.context["credential_form"].errors) == {
        "kind": ["Fill this in."],
        "issuer": ["Fill this in."],
        "expires_on": ["Write a date that exists, like 2027-05-31."],
    }


def test_settings_are_saved_and_refused_beside_their_field(cast: Cast, anna: Client):
    form = {name: field.value() for name, field in _fields(anna.get("/practice/settings")).items()}
    good = form | {"idle_minutes": 20, "soreness_offsets_hours": "24; 48 72"}
    assert anna.post("/practice/settings", good).status_code == 302
    cast.home.refresh_from_db()
    assert (cast.home.idle_minutes, cast.home.soreness_offsets_hours) == (20, [24, 48, 72])
    bad = good | {"version": cast.home.version, "idle_minutes": 0, "soreness_offsets_hours": "1000", "country": "au"}
    answer = anna.post("/practice/settings", bad)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"idle_minutes"} or set(errors(answer)) == {
        "idle_minutes", "soreness_offsets_hours", "country"}  # fmt: skip


def _fields(answer: Any) -> dict[str, Any]:
    return {field.name: field for field in answer.context["form"]}


def test_clinics_are_added_changed_closed_and_opened(cast: Cast, anna: Client):
    anna.post("/practice/clinics", {"name": "Harbour", "address": "", "phone": ""})
    clinic = Clinic.objects.get(name="Harbour")
    anna.post(f"/practice/clinics/{clinic.pk}", {"name": "Harbour Lane", "version": 1})
    anna.post(f"/practice/clinics/{clinic.pk}/archive", {"version": 2})
    clinic.refresh_from_db()
    assert (clinic.name, clinic.is_active) == ("Harbour Lane", False)
    anna.post(f"/practice/clinics/{clinic.pk}/restore")
    clinic.refresh_from_db()
    assert clinic.is_active


def test_two_clinics_do_not_share_a_name(cast: Cast, anna: Client):
    add_clinic(values={"name": "Harbour"}, by=cast.anna)
    answer = anna.post("/practice/clinics", {"name": "Harbour"})
    assert errors(answer) == {"name": ["There is a clinic named Harbour already. Give this one another name."]}


def test_a_token_is_shown_once(cast: Cast, anna: Client):
    answer = anna.post("/practice/tokens", {"user": cast.robo.pk, "name": "Import", "days": 30})
    (secret,) = re.findall(r'value="(tb_\S+)"', answer.content.decode())
    assert Token.objects.get().digest == Token.digest_of(secret)
    assert "tb_" not in anna.get("/practice/tokens").content.decode()


def test_who_does_not_manage_issues_and_sees_their_own_only(cast: Cast):
    issue_token(person=cast.anna, name="Anna’s", days=9, by=cast.anna, at=NOW)
    ben = confirmed(cast.ben)
    assert "Anna’s" not in ben.get("/practice/tokens").content.decode()
    answer = ben.post("/practice/tokens", {"user": cast.anna.pk, "name": "x", "days": 1})
    assert errors(answer) == {"user": ["Choose one of the list."]}


def test_a_token_is_revoked(cast: Cast, anna: Client):
    token = issue_token(person=cast.robo, name="Import", days=9, by=cast.anna, at=NOW).token
    anna.post(f"/practice/tokens/{token.pk}/revoke")
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize(
    ("address", "form"),
    [("/practice/staff/invite", {"full_name": "Nia", "email": "nia@example.org", "role": "auditor"}),
     ("/practice/tokens", {"name": "x", "days": 1})],
)  # fmt: skip
def test_a_protected_change_asks_for_the_password_again(cast: Cast, address: str, form: dict[str, Any]):
    anna = set_password(person=cast.anna, password="needles in, needles out")
    answer = page_as(anna).post(address, form)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not User.objects.filter(email="nia@example.org").exists()


def test_people_of_another_practice_are_not_there(cast: Cast):
    zoe = cast.zoe
    User.objects.filter(pk=zoe.pk).update(is_manager=True)
    client = confirmed(zoe)
    clinic = add_clinic(values={"name": "Harbour"}, by=cast.anna)
    token = issue_token(person=cast.robo, name="Import", days=9, by=cast.anna, at=NOW).token
    credential = cast.ben.credentials.get()
    for address in (
        f"/practice/staff/{cast.ben.pk}",
        f"/practice/clinics/{clinic.pk}",
        f"/practice/credentials/{credential.pk}",
    ):
        assert client.get(address).status_code == 404
    for address in (f"/practice/staff/{cast.ben.pk}/deactivate", f"/practice/staff/{cast.ben.pk}/password-link",
                    f"/practice/clinics/{clinic.pk}/archive", f"/practice/tokens/{token.pk}/revoke"):  # fmt: skip
        assert client.post(address).status_code == 404


def test_one_corrects_ones_own_name_and_nothing_else(cast: Cast):
    client = page_as(cast.dana)
    client.post("/account", {"full_name": "Dana W.", "post_nominals": "BA", "version": 1, "is_manager": "on"})
    cast.dana.refresh_from_db()
    assert (cast.dana.full_name, cast.dana.post_nominals, cast.dana.is_manager) == ("Dana W.", "BA", False)


def test_dates_and_times_read_the_same_everywhere():
    from django.utils.formats import date_format

    evening = NOW.replace(hour=21, minute=5)
    assert [date_format(evening, f"{kind}_FORMAT") for kind in ("DATE", "TIME", "DATETIME")] == [
        "24 Nov 2026", "21:05", "24 Nov 2026 21:05"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts", "searches"),
    [
        ("anna", ["triage", "arrivals", "notes", "soreness", "reviews", "needles", "recent"], False),
        ("dana", ["triage", "arrivals", "calls", "needles", "recent"], True),
        ("olga", ["arrivals", "recent"], False),
    ],
)
def test_today_shows_what_waits_for_each_role(cast: Cast, name: str, parts: list[str], searches: bool):
    page = page_as(cast.person(name)).get("/").content.decode()
    assert re.findall(r'hx-get="\S*?today/(\w+)"', page) == parts
    assert ("search--page" in page) is searches


def test_every_part_of_today_answers(cast: Cast):
    client = page_as(cast.dana)
    addresses = re.findall(r'hx-get="(\S*?today/\w+)"', client.get("/").content.decode())
    assert [client.get(a).status_code for a in addresses] == [200] * 5
