"""Icons of the sprite. A tag, because a list of people shows some in every row: an include costs ten times as much."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of that name beside a text; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("practice/icons.svg"),
        name,
    )
