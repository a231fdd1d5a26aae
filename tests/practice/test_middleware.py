from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from practice.history import keep
from practice.middleware import LAST_SEEN, ProxyAddressMiddleware
from tests.cast import Cast, page_as

TOO_MUCH = settings.MAX_BODY_BYTES + 1


def idle_for(client: Client, minutes: float) -> None:
    session = client.session
    session[LAST_SEEN] = (timezone.now() - timedelta(minutes=minutes)).timestamp()
    session.save()


@pytest.fixture
def anna(cast: Cast) -> Client:
    return page_as(cast.anna)


def test_a_page_tells_of_a_body_too_large_in_words(anna: Client):
    answer = anna.post("/practice/settings", data=b"x" * TOO_MUCH, content_type="application/octet-stream")
    assert answer.status_code == 413
    assert "That was too much at once" in answer.content.decode()


def test_the_api_tells_of_a_body_too_large_as_a_problem(anna: Client):
    answer = anna.post("/api/v1/patients", data=b"x" * TOO_MUCH, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "too_large"


def test_nothing_of_a_body_too_large_is_read():
    answer = Client().generic("POST", "/accounts/login/", b"", CONTENT_LENGTH=str(10**12))
    assert answer.status_code == 413


def test_who_is_active_stays_signed_in(anna: Client):
    idle_for(anna, 14)
    assert anna.get("/").status_code == 200
    assert timezone.now().timestamp() - anna.session[LAST_SEEN] < 5


def test_who_was_idle_too_long_is_led_to_sign_in_and_back(anna: Client):
    idle_for(anna, 16)
    answer = anna.get("/practice/tokens")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/practice/tokens")
    assert LAST_SEEN not in anna.session


def test_the_practice_decides_how_long_idle_is(cast: Cast):
    cast.home.idle_minutes = 60
    keep(cast.home, by=cast.anna, why="calmer")
    client = page_as(cast.anna)
    idle_for(client, 59)
    assert client.get("/").status_code == 200
    idle_for(client, 61)
    assert client.get("/").status_code == 302


def test_the_sign_in_page_is_shown_to_the_idle_themselves(anna: Client):
    idle_for(anna, 16)
    assert anna.get("/accounts/login/").status_code == 200


def test_a_form_sent_too_late_leads_to_sign_in_alone(anna: Client):
    idle_for(anna, 16)
    answer = anna.post("/practice/settings", {})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")


def test_a_fragment_sends_the_whole_page_to_sign_in(anna: Client):
    idle_for(anna, 16)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/patients/?search=x"}
    answer = anna.get("/practice/tokens", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=%2Fpatients%2F")


@pytest.mark.parametrize(
    ("page", "query"),
    [("", ""), ("nonsense", ""), ("https://evil.example//evil.example", ""), ("//evil.example/x", "?next=%2Fx")],
)
def test_a_fragment_never_leads_to_another_host(anna: Client, page: str, query: str):
    idle_for(anna, 16)
    answer = anna.get("/practice/tokens", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer["HX-Redirect"] == f"/accounts/login/{query}"


def test_the_api_answers_the_idle_with_401(anna: Client):
    idle_for(anna, 16)
    answer = anna.get("/api/v1/me")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_what_a_page_asks_by_itself_is_no_activity(anna: Client):
    idle_for(anna, 10)
    before = anna.session[LAST_SEEN]
    assert anna.get("/", headers={"X-Background": "1"}).status_code == 200
    assert anna.session[LAST_SEEN] == before


def test_pages_speak_the_time_of_the_practice_and_the_api_speaks_utc(cast: Cast):
    seen: list[datetime] = []

    def view(request: Any) -> Any:
        seen.append(timezone.localtime(datetime(2026, 1, 1, tzinfo=timezone.get_fixed_timezone(0))))
        return None

    from django.test import RequestFactory

    from practice.middleware import PracticeTimeMiddleware

    for address in ("/", "/api/v1/me"):
        request = RequestFactory().get(address)
        request.user = cast.anna
        PracticeTimeMiddleware(view)(request)
    assert [moment.hour for moment in seen] == [11, 0]


def test_behind_a_proxy_only_the_address_it_wrote_counts():
    from django.test import RequestFactory

    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.7"})
    ProxyAddressMiddleware(lambda r: r)(request)  # type: ignore[arg-type, return-value]
    assert request.META["REMOTE_ADDR"] == "203.0.113.7"


def test_a_page_asks_whether_its_person_is_still_signed_in_and_that_is_no_activity(anna: Client):
    idle_for(anna, 10)
    before = anna.session[LAST_SEEN]
    asking = {"X-Background": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/patients/"}
    assert anna.get("/presence", headers=asking).status_code == 204
    assert anna.session[LAST_SEEN] == before
    idle_for(anna, 16)
    answer = anna.get("/presence", headers=asking)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=%2Fpatients%2F")


def test_typing_is_activity(anna: Client):
    idle_for(anna, 10)
    assert anna.post("/presence").status_code == 204
    assert timezone.now().timestamp() - anna.session[LAST_SEEN] < 5
