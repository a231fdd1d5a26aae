"""Snippets and templates as pages: the practice's for its managers, one's own for every practitioner."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from practice.models import User
from practice.views.guarding import signed_in
from treatments import actions, placeholders, policy, shorthand
from treatments.forms import SessionTemplateForm, SnippetForm
from treatments.models import SessionTemplate, Snippet
from treatments.narrative import sided
from treatments.vocabulary import vocabulary_for

PLACE = {"nav": "practice", "tab": "templates"}
EXAMPLE = {"patient": "Siobhán", "pronoun": "she", "age": "38", "practitioner": "Anna Kovač", "today": "24 Nov 2026", "last_visit": "12 Nov 2026",
           "muscles": "right upper trapezius and right infraspinatus", "side": "right", "needles": "4", "pain_before": "6",
           "pain_after": "3"}  # fmt: skip
NOTES = ("subjective", "objective", "assessment", "plan")
LONGEST_LINES = 2000  # of a body that is refused anyway no more is read


def index(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    context = PLACE | {
        "snippets": [(s, placeholders.filled(s.text, EXAMPLE | {"?": "…"}), policy.can_write_offered(user, s))
                     for s in Snippet.objects.visible_to(user).select_related("owner").order_by("-active", "shortcut")],
        "templates": [(t, policy.can_write_offered(user, t))
                      for t in SessionTemplate.objects.visible_to(user).select_related("owner").order_by("-active", "title")],
        "scopes": _scopes(user),
    }  # fmt: skip
    return render(request, "treatments/offered.html", context)


def snippet(request: HttpRequest, scope: str = "", pk: UUID | None = None) -> HttpResponse:
    """A new one (`scope`: practice or mine), or a change to one."""
    user = _reader(request)
    row = _writable(Snippet, user, pk, scope)
    form = SnippetForm.of(row, request.POST or None)
    if form.is_valid() and _save(form, row, user, actions.add_snippet, actions.change_snippet):
        messages.success(request, f"Saved. Type ;{form.cleaned_data['shortcut']} in a note.")
        return redirect("treatments:offered")
    return _form(request, form, {"row": row, "title": "Snippet", "reads": _reads(form, ("text",))})


def template(request: HttpRequest, scope: str = "", pk: UUID | None = None) -> HttpResponse:
    user = _reader(request)
    row = _writable(SessionTemplate, user, pk, scope)
    form = SessionTemplateForm.of(row, request.POST or None)
    if form.is_valid() and _save(form, row, user, actions.add_template, actions.change_template):
        messages.success(request, "Saved. It is offered when a session has no sites yet.")
        return redirect("treatments:offered")
    more = {"row": row, "title": "Template", "reads": _reads(form, NOTES), "lines": _lines(form, user)}
    return _form(request, form, more)


def _reads(form: Any, names: tuple[str, ...]) -> list[tuple[str, str, list[str]]]:
    """Every text with example values, cut where something is left to fill in."""
    texts = {name: placeholders.filled(form[name].value() or "", EXAMPLE) for name in names}
    return [(name, form[name].label, text.split("{?}") if text else []) for name, text in texts.items()]


def _lines(form: Any, user: User) -> dict[str, Any]:
    """What the lines propose now; a word that meant something when they were written may mean nothing today."""
    vocabulary = vocabulary_for(user)
    parsed = shorthand.parse((form["lines"].value() or "")[:LONGEST_LINES], vocabulary)
    told = [sided(vocabulary.structures[site["structure"]].name, site["side"]) for site in parsed.sites]
    return {"told": told, "not_understood": parsed.not_understood}


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not policy.can_read_offered(user):
        raise PermissionDenied
    return user


def _scopes(user: User) -> list[tuple[str, str]]:
    """Where this person may add: for the practice, for themselves."""
    offers = (("practice", "for all", Snippet(practice=user.practice)), ("mine", "for me", Snippet(practice=user.practice, owner=user)))  # fmt: skip
    return [(scope, words) for scope, words, row in offers if policy.can_write_offered(user, row)]


def _writable(kind: type[Any], user: User, pk: UUID | None, scope: str) -> Any:
    if pk is None and scope not in ("practice", "mine"):
        raise Http404
    new = kind(practice=user.practice, owner=user if scope == "mine" else None)
    row = get_object_or_404(kind.objects.visible_to(user).select_related("practice"), pk=pk) if pk else new
    if not policy.can_write_offered(user, row):
        raise PermissionDenied
    return row


def _save(form: Any, row: Any, user: User, add: Any, change: Any) -> Any:
    if row._state.adding:
        return form.attempt(lambda: add(values=form.changes, personal=row.owner_id is not None, by=user))
    return form.attempt(lambda: change(pk=row.pk, values=form.changes, by=user, version=form.version_seen))


def _form(request: HttpRequest, form: Any, more: dict[str, Any]) -> HttpResponse:
    context = PLACE | {"form": form, "placeholders": placeholders.MEANINGS, "example": EXAMPLE} | more
    return render(request, "treatments/offered_form.html", context, status=422 if form.errors else 200)
