"""The practice's navigation on its pages."""

from typing import Any

from django import template

from practice.models import User
from practice.navigation import navigation

register = template.Library()


@register.inclusion_tag("practice/_navigation.html")
def practice_navigation(user: User, tab: str) -> dict[str, Any]:
    groups, pages = navigation(user, tab=tab)
    return {"groups": groups, "pages": pages}
