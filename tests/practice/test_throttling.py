from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from practice.actions import issue_token
from practice.throttling import PersonThrottle
from tests.cast import Cast, api_as


@pytest.fixture(autouse=True)
def _three_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    file_based = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": file_based, "LOCATION": tmp_path}}
    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"person": "3/min"})
    monkeypatch.setattr("practice.throttling.time.time", lambda: 1_000_000_020.0 - 5)
    cache.clear()


def test_headers_say_what_is_left_and_the_fourth_request_waits(cast: Cast):
    client = api_as(cast.ben)
    left = [client.get("/api/v1/me")["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = client.get("/api/v1/clinics")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert (answer["Retry-After"], answer["X-RateLimit-Limit"]) == ("5", "3")


def test_the_next_minute_counts_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    client = api_as(cast.ben)
    for _ in range(4):
        client.get("/api/v1/me")
    monkeypatch.setattr("practice.throttling.time.time", lambda: 1_000_000_020.0)
    assert client.get("/api/v1/me").status_code == 200


def test_each_token_and_each_person_has_a_count_of_their_own(cast: Cast):
    secrets = [issue_token(person=cast.ben, name=n, days=1, by=cast.ben, at=timezone.now()).secret for n in "ab"]
    clients = [APIClient(headers={"Authorization": f"Bearer {secret}"}) for secret in secrets]
    for client in (*clients, api_as(cast.ben), api_as(cast.anna)):
        assert [client.get("/api/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_count_is_shared_by_all_workers(cast: Cast, settings: Any):
    """A second worker has its own memory but reads the same files."""
    from django.core.cache import caches

    for _ in range(3):
        api_as(cast.ben).get("/api/v1/me")
    caches.close_all()
    assert api_as(cast.ben).get("/api/v1/me").status_code == 429


def test_the_product_allows_at_least_600_a_minute(settings: Any):
    assert int(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["person"].removesuffix("/min")) >= 600
