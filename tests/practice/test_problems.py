import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, OperationalError
from rest_framework.exceptions import ErrorDetail

from practice.errors import Refused
from practice.problems import exception_handler, flatten, model_errors
from tests.cast import Cast, api_as

CLINICS = "/api/v1/clinics"


def handled(error: Exception) -> Any:
    answer = exception_handler(error, {})
    assert answer is not None
    return answer


def test_a_refusal_is_a_conflict_that_names_the_rule_and_lists_every_reason():
    class NotBalanced(Refused):
        code = "not_balanced"
        message = "6 needles in, 5 out."

    reasons = [{"field": "needles_out", "code": "ledger", "message": "Count again."}]
    answer = handled(NotBalanced(errors=reasons))
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.data == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "6 needles in, 5 out.",
        "code": "not_balanced",
        "errors": reasons,
    }


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IntegrityError("Key (family_name)=(O'Neill)"), 409, "conflict"),
        (DataError("value too long: O'Neill"), 400, "shape"),
        (OperationalError("database is locked: O'Neill"), 503, "busy"),
    ],
)
def test_what_the_database_says_is_never_repeated(error: Exception, status: int, code: str):
    answer = handled(error)
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert "O'Neill" not in str(answer.data)


def test_a_fault_of_the_program_is_left_to_the_500_page():
    assert exception_handler(ZeroDivisionError(), {}) is None


def test_errors_of_nested_rows_have_dotted_paths():
    detail = {"message": "Use 1 or more.", "code": "min_value"}
    nested = {"sites": [{}, {"depth_mm": [detail]}], "non_field_errors": [detail]}
    assert flatten(nested) == [
        {"field": "sites.1.depth_mm", "code": "min_value", "message": "Use 1 or more."},
        {"field": "", "code": "min_value", "message": "Use 1 or more."},
    ]


def test_an_error_about_a_list_itself_keeps_its_path():
    detail = {"message": ErrorDetail("Send a list."), "code": "not_a_list"}
    assert flatten({"sites": [detail]}) == [{"field": "sites", "code": "not_a_list", "message": "Send a list."}]


def test_a_models_errors_carry_every_message():
    error = ValidationError({"a": ["one", "two"], "__all__": ["three"]})
    assert [(e["field"], e["message"]) for e in model_errors(error)] == [("a", "one"), ("a", "two"), ("", "three")]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_an_unreadable_body_is_told_without_repeating_it(cast: Cast, body: bytes, kind: str, status: int):
    answer = api_as(cast.anna).generic("POST", CLINICS, body, content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_an_unknown_address_is_a_problem_too(cast: Cast):
    answer = api_as(cast.anna).get("/api/v1/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_an_unknown_verb_is_405_and_another_format_406(cast: Cast):
    client = api_as(cast.anna)
    assert client.delete(CLINICS).json()["code"] == "method_not_allowed"
    assert client.get(CLINICS, headers={"Accept": "text/csv"}).status_code == 406


def test_every_problem_of_a_body_comes_at_once(cast: Cast):
    body = {"name": "", "phone": 12, "address": "x" * 251, "colour": "red"}
    answer = api_as(cast.anna).post(CLINICS, body, format="json")
    assert {e["field"]: e["message"] for e in answer.json()["errors"]} == {
        "colour": "This key is not known here. See the schema.",
        "name": "This field may not be blank.",
        "phone": "Send text in quotation marks.",
        "address": "Ensure this field has no more than 250 characters.",
    }


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", "x" * 121, "   "])
def test_text_that_no_field_can_hold_is_400(cast: Cast, name: str):
    answer = api_as(cast.anna).post(CLINICS, json.dumps({"name": name}), content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "name")


def test_a_key_that_cannot_be_sent_back_is_named_all_the_same(cast: Cast):
    answer = api_as(cast.anna).post(CLINICS, '{"name": "x", "\\ud800": 1}', content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "\\ud800")


def test_emoji_and_every_script_are_welcome(cast: Cast):
    answer = api_as(cast.anna).post(CLINICS, {"name": "診所 عيادة 🌿"}, format="json")
    assert (answer.status_code, answer.json()["name"]) == (201, "診所 عيادة 🌿")


def test_a_body_of_unknown_keys_is_answered_briefly(cast: Cast):
    body = {f"key{n}": n for n in range(50_000)}
    answer = api_as(cast.anna).post(CLINICS, body, format="json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 21)
