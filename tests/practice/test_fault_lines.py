import logging
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client, override_settings
from django.urls import path

from practice.fault_lines import PlacesFormatter, new_request_number
from practice.views import server_error as handler500  # noqa: F401  this module is the URL configuration of the test
from tests.cast import Cast, page_as

NAME = "Siobhán O'Neill"


def broken(request: Any, **_: Any) -> None:
    patient = NAME
    try:
        raise IntegrityError(f"DETAIL: Failing row contains ({patient}, 1988-02-29).")
    except IntegrityError as error:
        raise RuntimeError(f"could not save {patient}") from error


urlpatterns = [path("broken", broken), path("api/v1/broken", broken)]


def logged(error: BaseException) -> str:
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, "Broke: %s", ("/a",), (type(error), error, error.__traceback__)
    )
    return PlacesFormatter("{message} [{request_number}]", style="{").format(record)


def test_a_fault_is_logged_as_classes_and_places():
    number = new_request_number()
    with pytest.raises(RuntimeError) as caught:
        broken(None)
    lines = logged(caught.value).splitlines()
    assert lines[0] == f"Broke: /a [{number}]"
    assert lines[1] == "builtins.RuntimeError"
    assert "django.db.utils.IntegrityError" in lines
    assert any(line.endswith(" in broken") for line in lines)


def test_no_message_no_source_line_and_no_value_is_logged():
    with pytest.raises(RuntimeError) as caught:
        broken(None)
    text = logged(caught.value)
    assert NAME not in text
    assert "Failing row" not in text
    assert "raise" not in text


def test_text_that_another_handler_made_of_the_fault_is_not_reused():
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Broke", (), None)
    record.exc_text = NAME
    assert NAME not in PlacesFormatter("%(message)s").format(record)


@pytest.mark.parametrize("address", ["/broken", "/api/v1/broken"])
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_leaves_no_name_in_log_page_or_problem(cast: Cast, address: str, capsys: pytest.CaptureFixture[str]):
    handler = logging.StreamHandler()
    handler.setFormatter(PlacesFormatter("{name} [{request_number}] {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = page_as(cast.anna).get(address)
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    log = capsys.readouterr().err
    number = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert f"django.request [{number}] Internal Server Error: {address}" in log
    assert NAME not in log + answer.content.decode()
    assert address.startswith("/api") or number in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_program_is_told_of_a_fault_as_a_problem(cast: Cast):
    answer = page_as(cast.anna).get("/api/v1/broken")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "fault"


def test_an_address_that_is_a_key_is_not_logged():
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "Forbidden: %s", ("/set-password/uid/key",), None)
    assert PlacesFormatter("%(message)s").format(record) == "Forbidden: /set-password/…"


def test_the_product_logs_with_this_formatter_only(settings: Any):
    assert settings.LOGGING["formatters"]["places"]["()"] == "practice.fault_lines.PlacesFormatter"
    assert {h["formatter"] for h in settings.LOGGING["handlers"].values()} == {"places"}
    assert logging.getLogger("django").handlers == []


def test_every_answer_carries_its_number(db: None):
    first, second = (Client().get("/healthz")["X-Request-ID"] for _ in range(2))
    assert len(first) == 12
    assert first != second
