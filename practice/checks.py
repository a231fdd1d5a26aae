"""System check: says it when a guard is missing from the database (`manage.py check --database default`)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from practice import guards


@register(Tags.database)
def guards_are_installed(app_configs: Any, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or []:
        migrated = "practice_practice" in connections[alias].introspection.table_names()
        if migrated and (absent := guards.missing(connections[alias])):
            hint = "Run manage.py migrate: it writes them again."
            found.append(Warning(f"guards missing: {sorted(absent)}", hint=hint, id="practice.W001"))
    return found
