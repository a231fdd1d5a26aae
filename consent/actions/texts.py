"""Consent texts: drafted, published once, superseded by the next version."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from consent import policy
from consent.models import ConsentText
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import Practice, User

FIRST_TEXT = Path(__file__).parent.parent / "data" / "consent_text_en.json"


class AlreadyPublished(Refused):
    code = "already_published"
    message = "This version is published and cannot change. Write the next version."


@transaction.atomic
def draft_text(*, values: Mapping[str, Any], by: User) -> ConsentText:
    """The next version of a text, not yet shown to anybody."""
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    versions = ConsentText.objects.visible_to(by).filter(language=values.get("language", "en"))
    newest = versions.aggregate(newest=Max("text_version"))["newest"] or 0
    return keep(ConsentText(practice=by.practice, text_version=newest + 1, **values), by=by, why="consent text drafted")


@transaction.atomic
def publish_text(*, pk: UUID, by: User, at: datetime) -> ConsentText:
    """From now on this is the text patients are shown; the database freezes its words."""
    text = lock(ConsentText.objects.visible_to(by).select_related("practice"), pk)
    if not policy.can_manage_texts(by):
        raise PermissionDenied
    if text.published_at is not None:
        raise AlreadyPublished
    text.published_at = at
    return keep(text, by=by, why="consent text published")


def publish_first_text(*, practice: Practice, by: User | None, at: datetime) -> ConsentText:
    """The shipped text becomes the practice's version 1. Runs when a practice is set up."""
    values = json.loads(FIRST_TEXT.read_text(encoding="utf-8"))
    text = ConsentText(practice=practice, text_version=1, published_at=at, **values)
    return keep(text, by=by, why="first consent text")
