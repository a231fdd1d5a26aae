import logging
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from practice.actions import change_person, set_password
from practice.fault_lines import PlacesFormatter
from practice.sign_in import attempted_email
from tests.cast import Cast, page_as

PASSWORD = "needles in, needles out"
LOGIN = "/accounts/login/"


@pytest.fixture
def anna_has_a_password(cast: Cast) -> Cast:
    set_password(person=cast.anna, password=PASSWORD)
    return cast


def sign_in(client: Client, email: str = "anna@example.org", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_leads_to_today(anna_has_a_password: Cast):
    client = Client()
    assert sign_in(client)["Location"] == "/"
    assert signed_in(client)


def test_the_address_is_read_without_case(anna_has_a_password: Cast):
    client = Client()
    sign_in(client, "Anna@Example.ORG")
    assert signed_in(client)


def test_sign_in_leads_back_to_the_page_asked_for(anna_has_a_password: Cast):
    answer = Client().post(f"{LOGIN}?next=/practice/tokens", {"login": "anna@example.org", "password": PASSWORD})
    assert answer["Location"] == "/practice/tokens"


def test_wrong_password_and_unknown_person_are_told_the_same(anna_has_a_password: Cast):
    said = [
        Client().post(LOGIN, {"login": email, "password": "wrong wrong wrong"}).context["form"].errors
        for email in ("anna@example.org", "nobody@example.org")
    ]
    assert said[0] == said[1] != {}


def test_a_deactivated_person_does_not_get_in(anna_has_a_password: Cast):
    person = anna_has_a_password.anna
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    client = Client()
    sign_in(client)
    assert not signed_in(client)


def test_who_is_deactivated_is_out_at_once(cast: Cast):
    client = page_as(cast.ben)
    type(cast.ben).objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/me").status_code == 401


def test_nobody_without_a_password_gets_in(cast: Cast):
    client = Client()
    sign_in(client, "ben@example.org", "")
    sign_in(client, "ben@example.org", "!")
    assert not signed_in(client)


def test_eight_wrong_passwords_lock_out_and_the_right_one_no_longer_helps(anna_has_a_password: Cast):
    client = Client()
    answers = [sign_in(client, password="wrong wrong wrong") for _ in range(8)]
    assert [a.status_code for a in answers[:7]] == [200] * 7
    assert (answers[7].status_code, "Sign-in is paused" in answers[7].content.decode()) == (429, True)
    assert sign_in(client).status_code == 429
    assert not signed_in(client)


def test_a_lock_out_is_about_one_person_at_one_address(anna_has_a_password: Cast):
    set_password(person=anna_has_a_password.ben, password=PASSWORD)
    for _ in range(9):
        sign_in(Client(), password="wrong wrong wrong")
    colleague, elsewhere = Client(), Client(REMOTE_ADDR="203.0.113.9")
    sign_in(colleague, "ben@example.org")
    sign_in(elsewhere)
    assert signed_in(colleague)
    assert signed_in(elsewhere)


def test_a_lock_out_counts_the_address_however_it_is_written(anna_has_a_password: Cast):
    for email in ("anna@example.org", " ANNA@example.org", "Anna@Example.org ") * 3:
        sign_in(Client(), email, "wrong wrong wrong")
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"anna@example.org"}
    assert sign_in(Client()).status_code == 429


def test_failed_sign_ins_leave_no_address_in_the_log(anna_has_a_password: Cast, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    for _ in range(9):
        sign_in(Client(), password="wrong wrong wrong")
    text = "\n".join(PlacesFormatter("{name} {message}", style="{").format(r) for r in caplog.records)
    assert "anna@example.org" not in text
    assert "wrong wrong" not in text


def test_the_attempted_address_is_bounded():
    class Request:
        POST = {"login": "x" * 1000}

    assert attempted_email(Request(), None) == "x" * 254  # type: ignore[arg-type]


def test_accounts_come_by_invitation_only(db: None):
    answer = Client().post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert "Accounts come by invitation" in answer.content.decode()


def test_who_forgot_the_password_is_told_whom_to_ask(db: None):
    answer = Client().get("/accounts/password/reset/")
    assert "Ask someone who manages your practice" in answer.content.decode()


@pytest.mark.parametrize("address", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/password/set/"])
def test_pages_that_send_mail_are_closed(cast: Cast, address: str):
    assert page_as(cast.anna).get(address).status_code == 404


def test_the_cookies_are_for_this_site_and_for_tls_in_production(settings: Any):
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.SECURE


def test_signing_out_needs_a_form(cast: Cast):
    client = page_as(cast.anna)
    client.get("/accounts/logout/")
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_signing_in_leaves_no_history_row_but_is_remembered(anna_has_a_password: Cast):
    anna = anna_has_a_password.anna
    before = anna.history.count()
    sign_in(Client())
    anna.refresh_from_db()
    assert (anna.history.count(), anna.last_login is not None) == (before, True)


def test_an_address_that_was_changed_no_longer_signs_in(anna_has_a_password: Cast):
    anna = anna_has_a_password.anna
    sign_in(Client())
    anna.refresh_from_db()
    change_person(pk=anna.pk, values={"email": "kovac@example.org"}, by=anna, version=anna.version)
    old, new = Client(), Client()
    sign_in(old)
    sign_in(new, "kovac@example.org")
    assert (signed_in(old), signed_in(new)) == (False, True)


def test_changing_ones_password_stands_in_the_history_and_keeps_the_session(anna_has_a_password: Cast):
    client = Client()
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": "other needles, other days", "password2": "other needles, other days"}
    client.post("/accounts/password/change/", form)
    anna = anna_has_a_password.anna
    assert anna.history.latest().history_change_reason == "password set"
    assert signed_in(client)
    assert client.get("/").status_code == 200


def test_after_signing_out_the_browser_forgets_the_pages(cast: Cast):
    client = page_as(cast.anna)
    assert client.get("/account")["Cache-Control"] == "private, no-cache"
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'


def test_sign_in_with_a_second_factor_asks_for_it(anna_has_a_password: Cast):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time

    secret = generate_totp_secret()
    TOTP.activate(anna_has_a_password.anna, secret)
    client = Client()
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    assert client.get("/api/v1/me").status_code == 401
    code = hotp_value(secret, next(yield_hotp_counters_from_time()))
    client.post("/accounts/2fa/authenticate/", {"code": f"{code:06}"})
    assert signed_in(client)
