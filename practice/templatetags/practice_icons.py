"""Icons of the sprite. A tag, because a list of people shows some in every row: an include costs ten times as much."""

from functools import lru_cache
from typing import Any

from django import template
from django.core.signals import setting_changed
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """The icon of that name beside a text; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("practice/icons.svg"),
        name,
    )


def _forget(**_: Any) -> None:
    icon.cache_clear()


setting_changed.connect(_forget)  # another storage of static files gives another address
