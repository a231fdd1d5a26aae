"""Shapes of the consent and screening pages. Names of inputs are the keys of the content, so that the forms follow it."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from consent import screening_form
from consent.coverage import SCOPES
from consent.models import Consent, ConsentText

MAX_SIGNATURE_TEXT = 600_000


def consent_values(post: QueryDict, text: ConsentText) -> tuple[dict[str, Any], dict[str, str]]:
    """What the consent page sent, as values of the action, and problems of its shape by field."""
    problems: dict[str, str] = {}
    decisions = {}
    for item in text.scope_items:
        answer = post.get(f"scope_{item['key']}", "")
        if answer in ("given", "refused"):
            decisions[item["key"]] = answer
    method = post.get("method", Consent.Method.SIGNATURE)
    if method not in Consent.Method.values:
        problems["method"] = "Choose signature, spoken or paper."
    values: dict[str, Any] = {
        "decisions": decisions,
        "risks_discussed": _risks(post, text),
        "questions": post.get("questions", "").strip(),
        "given_by_kind": _one_of(post.get("given_by", ""), Consent.GivenBy.values, Consent.GivenBy.PATIENT),
        "given_by_name": post.get("given_by_name", ""),
        "given_by_relation": post.get("given_by_relation", ""),
        "method": method,
        "signature": _strokes(post.get("signature", ""), problems) if method == Consent.Method.SIGNATURE else None,
        "witness": post.get("witness", ""),
        "not_signed_reason": post.get("not_signed_reason", "") if method == Consent.Method.VERBAL else "",
    }
    return values, problems


def _risks(post: QueryDict, text: ConsentText) -> list[str]:
    """All of them with one tick, or those that were ticked."""
    ticked = set(post.getlist("risk"))
    return [risk["key"] for risk in text.risks if post.get("risks_explained") or risk["key"] in ticked]


def _one_of(value: str, known: list[str], otherwise: str) -> str:
    return value if value in known else otherwise


def _strokes(text: str, problems: dict[str, str]) -> Any:
    if not text:
        return {"width": 600, "height": 200, "strokes": []}
    try:
        return json.loads(text) if len(text) <= MAX_SIGNATURE_TEXT else {}
    except (ValueError, RecursionError):
        problems["signature"] = "The signature did not arrive whole. Clear the box and sign again."
        return None


def screening_values(post: QueryDict, *, filled_by: str = "practitioner") -> dict[str, Any]:
    """Answers in the order of the form; a question left open stays out and makes the screening incomplete."""
    answers = [_answer(post, question["key"]) for question in screening_form.questions()]
    return {
        "answers": [a for a in answers if a],
        "reviewed": post.get("reviewed") == "yes" and filled_by == "practitioner",
        "filled_by": filled_by,
    }


def _answer(post: QueryDict, key: str) -> dict[str, Any] | None:
    answer = post.get(f"answer_{key}", "")
    if answer not in screening_form.ANSWERS:
        return None
    side = post.get(f"side_{key}", "")
    return {
        "key": key,
        "answer": answer,
        "detail": post.get(f"detail_{key}", "")[: screening_form.MAX_DETAIL].replace("\x00", ""),
        "side": side if side in ("left", "right") else None,
        "area": post.get(f"area_{key}", "")[:40] or None,
    }


def shown_questions(answers: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions with the answers given so far, ready for the page."""
    return [question | {"given": answers.get(question["key"], {})} for question in screening_form.questions()]


def scope_label(scope: str) -> str:
    return SCOPES.get(scope, scope).capitalize()
