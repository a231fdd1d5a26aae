"""The schema as programs read it: valid, silent, and saying all that an operation may answer."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.cast import Cast, api_as, page_as

# These change nothing that a second call would change again.
NO_RETRY_KEY = {"users_password_link", "registrations_link", "shorthand_create", "sessions_copy_forward"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in schema["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def header_names(operation: dict[str, Any]) -> set[str]:
    return {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}


def test_it_is_valid_openapi_3_1_without_a_warning(schema: dict[str, Any]):
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


def test_operations_have_names_of_their_own_that_say_the_verb_once(schema: dict[str, Any]):
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(names) == len(set(names))
    assert [n for n in names if n.endswith(("_sign_create", "_archive_create", "_deactivate_create"))] == []


def test_changes_name_the_version_they_rest_on(schema: dict[str, Any]):
    changes = [(p, o) for p, verb, o in operations(schema) if verb in ("put", "patch")]
    assert [p for p, o in changes if "If-Match" not in header_names(o)] == []
    assert [p for p, o in changes if not {"412", "428"} <= set(o["responses"])] == []


def test_every_post_may_be_sent_again(schema: dict[str, Any]):
    posts = {o["operationId"] for _, verb, o in operations(schema) if verb == "post" and
             "Idempotency-Key" not in header_names(o)}  # fmt: skip
    assert posts - NO_RETRY_KEY == set()


def test_every_operation_says_how_it_can_fail(schema: dict[str, Any]):
    for path, verb, operation in operations(schema):
        wanted = {"400", "401", "403", "429"} | ({"404"} if "{" in path else set())
        wanted |= {"409", "413", "415"} if verb != "get" else set()
        assert wanted <= set(operation["responses"]), (verb, path)
        refused = operation["responses"]["403"]["content"]
        assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_an_answer_with_a_version_carries_it_as_etag(schema: dict[str, Any]):
    answer = schema["paths"]["/api/v1/users/{id}"]["get"]["responses"]["200"]
    assert set(answer["headers"]) == {"ETag", "X-RateLimit-Limit", "X-RateLimit-Remaining"}
    listed = schema["paths"]["/api/v1/users"]["get"]["responses"]["200"]
    assert "ETag" not in listed["headers"]


def test_the_schema_and_its_page_are_for_who_is_signed_in(cast: Cast):
    for address in ("/api/v1/schema", "/api/v1/docs"):
        assert Client().get(address).status_code == 401
    answer = api_as(cast.ben).get("/api/v1/schema", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")


def test_the_page_has_no_inline_script_or_style_and_nothing_from_elsewhere(cast: Cast):
    page = page_as(cast.ben).get("/api/v1/docs").content.decode()
    assert "<style" not in page
    assert "<script>" not in page
    assert "//" not in page.replace("<!doctype html>", "")


def test_production_settings_have_nothing_to_warn_of(tmp_path: Any):
    environment = {
        "PATH": "",
        "TAUTBAND_HOME": str(tmp_path),
        "TAUTBAND_SECRET_KEY": "s3cret-" * 12 + "with-many-different-letters",
        "DJANGO_SETTINGS_MODULE": "practice.settings",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert (done.returncode, "no issues" in done.stdout + done.stderr) == (0, True)


def test_without_a_secret_the_settings_explain_themselves(tmp_path: Any):
    environment = {"PATH": "", "TAUTBAND_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "practice.settings"}
    done = subprocess.run([sys.executable, "-m", "django", "check"], cwd=settings.BASE_DIR, env=environment,
                          capture_output=True, text=True)  # fmt: skip
    assert "No secret key. Set TAUTBAND_SECRET_KEY" in done.stderr
