"""Snippets and templates: written for the practice by its managers, for oneself by every practitioner."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction

from practice.history import keep, lock
from practice.models import Practice, User
from treatments import placeholders, policy, shorthand
from treatments.models import SessionTemplate, Snippet
from treatments.vocabulary import vocabulary_for

Kind = TypeVar("Kind", Snippet, SessionTemplate)


def add_snippet(*, values: Mapping[str, Any], personal: bool, by: User) -> Snippet:
    """A text that `;shortcut` expands to. Refuses unknown placeholders and a shortcut that is taken."""
    return _add(Snippet, values, personal=personal, by=by)


def change_snippet(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> Snippet:
    """Other words, another shortcut, out of use or back. Whose it is stays."""
    return _change(Snippet, pk, values, by=by, version=version)


def add_template(*, values: Mapping[str, Any], personal: bool, by: User) -> SessionTemplate:
    """The beginning of a usual session. Refuses lines of shorthand that are not understood to the last word."""
    return _add(SessionTemplate, values, personal=personal, by=by)


def change_template(*, pk: UUID, values: Mapping[str, Any], by: User, version: int) -> SessionTemplate:
    return _change(SessionTemplate, pk, values, by=by, version=version)


@transaction.atomic
def write_first_words(
    *,
    practice: Practice,
    by: User | None,
    snippets: Iterable[Mapping[str, Any]],
    templates: Iterable[Mapping[str, Any]],
) -> None:
    """What a new practice begins with. Shipped words are not checked against the catalogue, which may come later."""
    for values in snippets:
        keep(Snippet(practice=practice, **values), by=by, why="first snippets")
    for values in templates:
        keep(SessionTemplate(practice=practice, **values), by=by, why="first templates")


@transaction.atomic
def _add(kind: type[Kind], values: Mapping[str, Any], *, personal: bool, by: User) -> Kind:
    row = kind(practice=by.practice, owner=by if personal else None)
    if not policy.can_write_offered(by, row):
        raise PermissionDenied
    return _kept(row, values, by=by, why="added")


@transaction.atomic
def _change(kind: type[Kind], pk: UUID, values: Mapping[str, Any], *, by: User, version: int) -> Kind:
    rows: Any = kind.objects
    row: Kind = lock(rows.visible_to(by).select_related("practice", "owner"), pk, version=version)
    if not policy.can_write_offered(by, row):
        raise PermissionDenied
    if values.get("personal", row.personal) != row.personal:
        raise ValidationError({"personal": "Whose it is stays. Write a new one, and take this one out of use."})
    return _kept(row, {n: v for n, v in values.items() if n != "personal"}, by=by, why="changed")


def _kept(row: Kind, values: Mapping[str, Any], *, by: User, why: str) -> Kind:
    for name, value in values.items():
        setattr(row, name, _as_typed(value))
    _check(row, by)
    try:
        return keep(row, by=by, why=why)
    except ValidationError as error:
        raise ValidationError(_beside_the_shortcut(error)) from error


def _as_typed(value: Any) -> Any:
    """A page sends other line ends than a program. In the notes they would move the cursor."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def _beside_the_shortcut(error: ValidationError) -> dict[str, Any]:
    """All that is said of a row as a whole is that its shortcut is taken, found before saving or by the database."""
    said: dict[str, Any] = error.update_error_dict({})
    taken = said.pop(NON_FIELD_ERRORS, None)
    return said | ({"shortcut": taken} if taken else {})


def _check(row: Snippet | SessionTemplate, by: User) -> None:
    problems: dict[str, str] = {}
    fields = ("text",) if isinstance(row, Snippet) else ("subjective", "objective", "assessment", "plan")
    for field in fields:
        if names := placeholders.unknown(getattr(row, field)):
            known = ", ".join(f"{{{name}}}" for name in placeholders.MEANINGS)
            problems[field] = f"Nothing fills {{{names[0]}}}. Known are {known}."
    if isinstance(row, SessionTemplate) and row.lines.strip():
        problems |= _line_problems(row.lines, by)
    if problems:
        raise ValidationError(problems)


def _line_problems(lines: str, by: User) -> dict[str, str]:
    open_words = shorthand.parse(lines, vocabulary_for(by)).not_understood
    return {"lines": " ".join(f"“{word.text}”: {word.reason}" for word in open_words[:3])} if open_words else {}
