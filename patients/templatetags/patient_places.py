"""What a list of people writes many times: addresses of their pages, and texts of which what was typed is marked."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from django import template
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ANYBODY: Final = UUID(int=0)


@register.simple_tag
def patient_place(view: str, pk: UUID) -> str:
    """The address of that page about this patient; empty where no app on top of this one has such a page."""
    return _pattern(view, get_script_prefix()).replace(str(ANYBODY), str(pk))


@lru_cache
def _pattern(view: str, _prefix: str) -> str:
    """Found once: a list with three addresses in every row spends a third of its time on finding them."""
    try:
        return reverse(view, args=[ANYBODY])
    except NoReverseMatch:
        return ""


@register.filter
def marks(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """The parts of a text as one, escaped, with those marked that were typed."""
    return mark_safe(
        "".join(f"<mark>{escape(text)}</mark>" if is_marked else escape(text) for text, is_marked in parts)
    )
