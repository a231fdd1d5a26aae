"""Consent texts: drafted, edited while nobody is shown them, published once, superseded by the next version."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from consent import policy, wording
from consent.models import ConsentText
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Practice, User

FIRST_TEXT = Path(__file__).parent.parent / "data" / "consent_text_en.json"
WORDS = ("title", "sections", "risks", "scope_items")


class AlreadyPublished(Refused):
    code = "already_published"
    message = "This version is published and cannot change. Write the next version."


class NewerPublished(Refused):
    code = "newer_published"
    message = "A newer version in this language is published already. Make the next version from it."


class NotFinished(Refused):
    code = "text_not_finished"
    message = "This text is not ready for patients. Finish what is listed, then publish it."


@transaction.atomic
def draft_text(*, values: Mapping[str, Any], by: User) -> ConsentText:
    """The next version of a text, not yet shown to anybody. Two managers at once get two versions."""
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    practice = _numbering(by)
    language = values.get("language") or "en"
    if problems := wording.problems(values):
        raise ValidationError(problems)
    versions = ConsentText.objects.visible_to(by).filter(language=language)
    newest = versions.aggregate(newest=Max("text_version"))["newest"] or 0
    text = ConsentText(practice=practice, text_version=newest + 1, **{**values, "language": language})
    return keep(text, by=by, why="consent text drafted")


@transaction.atomic
def next_version(*, pk: UUID, by: User, language: str = "") -> ConsentText:
    """A draft with the words of an existing version, in its language or (to be translated) in another one."""
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    text = ConsentText.objects.visible_to(by).get(pk=pk)
    copied = {name: getattr(text, name) for name in WORDS}
    return draft_text(values=copied | {"language": language or text.language}, by=by)


@transaction.atomic
def change_text(*, pk: UUID, values: Mapping[str, Any], by: User, version: int | None) -> ConsentText:
    """Write in a draft. Raises Stale when somebody else has written since `version`."""
    text = lock(ConsentText.objects.visible_to(by).select_related("practice"), pk, version=version)
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    if text.published_at is not None:
        raise AlreadyPublished
    problems = wording.problems(values)
    if values.get("language", text.language) != text.language:
        problems["language"] = "The language of a version stays. Begin a text in the other language."
    if problems:
        raise ValidationError(problems)
    changed = {name: value for name, value in values.items() if getattr(text, name) != value}
    for name, value in changed.items():
        setattr(text, name, value)
    return keep(text, by=by, why="consent text edited") if changed else text


@transaction.atomic
def publish_text(
    *, pk: UUID, by: User, at: datetime, version: int | None = None, reconsent_required: bool | None = None
) -> ConsentText:
    """From now on this is the text patients are shown; the database freezes its words.

    With `reconsent_required` every consent given under an earlier version in the same language falls out of force.
    """
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    _numbering(by)
    text = lock(ConsentText.objects.visible_to(by).select_related("practice"), pk, version=version)
    if text.published_at is not None:
        raise AlreadyPublished
    family = ConsentText.objects.visible_to(by).published().filter(language=text.language)
    if family.filter(text_version__gt=text.text_version).exists():
        raise NewerPublished
    if gaps := wording.unfinished({name: getattr(text, name) for name in WORDS}):
        raise NotFinished(errors=[{"field": f, "code": "unfinished", "message": m} for f, m in gaps.items()])
    text.published_at = _after(family, at)
    if reconsent_required is not None:
        text.reconsent_required = reconsent_required
    return keep(text, by=by, why="consent text published")


def _after(family: QuerySet[ConsentText], at: datetime) -> datetime:
    """Versions follow each other in time as in number, whoever waited for the other's lock."""
    last = family.aggregate(last=Max("published_at"))["last"]
    return max(at, last + timedelta(microseconds=1)) if last else at


def _numbering(by: User) -> Practice:
    """One at a time in a practice: numbers are given once, and what is published last is the newest."""
    return lock(Practice.objects.visible_to(by), by.practice_id)


def publish_first_text(*, practice: Practice, by: User | None, at: datetime) -> ConsentText:
    """The shipped text becomes the practice's version 1. Runs when a practice is set up."""
    values = json.loads(FIRST_TEXT.read_text(encoding="utf-8"))
    text = ConsentText(practice=practice, text_version=1, published_at=at, **values)
    return keep(text, by=by, why="first consent text")
