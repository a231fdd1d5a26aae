"""One verb, one outcome, one sentence: what a page and the API answered, read in one way. The tables stay with their tests.
A test that takes the fixture `way` runs twice, through the page and through the API.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.http import HttpResponse

from practice.models import User
from tests.cast import api_as, page_as


class Outcome(NamedTuple):
    done: bool
    sentences: dict[str, list[str]]  # by field; what belongs to none stands under ""


Way = Callable[..., Outcome]

DONE = Outcome(True, {})
NOT_ALLOWED = Outcome(False, {"": ["not allowed"]})


def of_the_page(answer: HttpResponse, *, said: dict[str, Any] | None = None) -> Outcome:
    """What a form answered. With `said`, what was typed has to stand in the form that is shown again."""
    if answer.status_code in (403, 404):
        return NOT_ALLOWED
    if answer.status_code == 422:
        return _with_sentences_of(_form_with_errors(answer), said or {})
    errors = [str(message) for message in get_messages(answer.wsgi_request) if message.level_tag == "error"]
    return Outcome(answer.status_code < 400 and not errors, {"": errors} if errors else {})


def of_the_api(answer: HttpResponse) -> Outcome:
    if answer.status_code < 400:
        return DONE
    if answer.status_code in (403, 404):
        return NOT_ALLOWED
    problem = answer.json()
    if answer.status_code in (409, 412):
        return Outcome(False, {"": [problem["detail"]]})
    sentences: dict[str, list[str]] = {}
    for entry in problem["errors"]:
        sentences.setdefault(entry["field"], []).append(entry["message"])
    return Outcome(False, sentences)


def _form_with_errors(answer: HttpResponse) -> Any:
    """Several forms may stand on a page: the one that is shown again is the one with something to say."""
    found = [value for layer in answer.context for values in layer for value in values.values()]
    return next(value for value in found if getattr(value, "is_bound", False) and value.errors)


def _with_sentences_of(form: Any, said: dict[str, Any]) -> Outcome:
    assert [form[name].value() for name in said] == [str(value) for value in said.values()]  # nothing typed is lost
    return Outcome(False, {("" if field == "__all__" else field): list(told) for field, told in form.errors.items()})


def through_the_page(
    user: User, page: str, _api: str, body: dict[str, Any], _verb: str = "post", *, version: int | None = None
) -> Outcome:
    """As a browser sends it: a nested answer has a name with a dot, an unticked box is not sent."""
    flat = {k: v for k, v in body.items() if not isinstance(v, dict) and v is not False}
    flat |= {f"{k}.{inner}": v for k, found in body.items() if isinstance(found, dict) for inner, v in found.items()}
    client = page_as(user)
    session = client.session  # some pages want to hear the password again
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()
    return of_the_page(client.post(page, flat | ({} if version is None else {"version": version})))


def through_the_api(
    user: User, _page: str, api: str, body: dict[str, Any], verb: str = "post", *, version: int | None = None
) -> Outcome:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return of_the_api(getattr(api_as(user), verb)(api, body, format="json", headers=headers))
