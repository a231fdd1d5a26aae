"""How a form is answered: 200 when shown, 422 when something has to be put right, so that htmx and tests see it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from practice.forms import ActionForm


def answered(request: HttpRequest, template: str, form: ActionForm, context: Mapping[str, Any]) -> HttpResponse:
    """The page with the form, as it was typed and with what has to change beside each field."""
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)
