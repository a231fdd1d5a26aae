"""Consent texts as pages: the versions of the wording, and the manager's editor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from consent import actions, policy, state, text_form, wording
from consent.actions.texts import WORDS
from consent.languages import choices, direction, name_of
from consent.models import ConsentText
from practice.errors import Refused, Stale
from practice.models import User
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted

TAB = {"nav": "practice", "tab": "texts"}


def texts(request: HttpRequest) -> HttpResponse:
    """All versions of the wording by language, the newest first; what is in use, and what is still a draft."""
    user = permitted(request, "consent_texts.manage")
    rows = list(ConsentText.objects.visible_to(user).by_version().without_words())
    in_use = {text.pk for text in state.texts_in_use(user.practice).values()}
    families: dict[str, list[tuple[ConsentText, str]]] = {}
    for text in rows:
        standing = "in_use" if text.pk in in_use else "superseded" if text.published_at else "draft"
        families.setdefault(text.language, []).append((text, standing))
    context = {
        "families": [(name_of(code), code, versions) for code, versions in families.items()],
        "newest": rows[0] if rows else None,
        "languages": choices(set(families)),
    }
    return render(request, "consent/texts.html", TAB | context)


def text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version as patients read it."""
    user = permitted(request, "consent.read")
    row = get_object_or_404(ConsentText.objects.visible_to(user), pk=pk)
    context = {"text": row, "language": name_of(row.language), "direction": direction(row.language),
               "can_manage": policy.can_manage_texts(user)}  # fmt: skip
    return render(request, "consent/text.html", TAB | context)


@require_POST
def next_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft made from an existing version, in its own or (to be translated) in another language."""
    user = permitted(request, "consent_texts.manage")
    row = get_object_or_404(ConsentText.objects.visible_to(user), pk=pk)
    language = request.POST.get("language", "")
    if language and language not in {code for code, _ in choices(set())}:
        messages.error(request, "Choose one of the languages of the list.")
        return redirect("consent:texts")
    made = actions.next_version(pk=row.pk, by=user, language=language)
    messages.success(request, f"Version {made.text_version} is a draft. Patients do not see it before it is published.")
    return redirect("consent:edit_text", made.pk)


def edit_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write in a draft: title, sections, risks, what is agreed to. Published versions are only read."""
    user = permitted(request, "consent_texts.manage")
    row = get_object_or_404(ConsentText.objects.visible_to(user), pk=pk)
    if row.published_at is not None:
        return _only_read(request, row)
    if request.method != "POST":
        return _editor(request, row, _words(row))
    values, act = text_form.values_of(request.POST), request.POST.get("act", "save")
    if act != "save":
        return _editor(request, row, text_form.acted(values, act), version=_version_seen(request, row))
    return _saved(request, row, values, user)


def _saved(request: HttpRequest, row: ConsentText, values: dict[str, Any], user: User) -> HttpResponse:
    try:
        actions.change_text(pk=row.pk, values=values, by=user, version=_version_seen(request, row))
    except Stale as stale:
        return _conflict(request, stale.record, values)
    except actions.AlreadyPublished:
        return _only_read(request, row)
    except ValidationError as error:
        problems = {field: " ".join(words) for field, words in error.message_dict.items()}
        return _editor(request, row, values, problems=problems, status=422)
    messages.success(request, "Draft saved.")
    return redirect("consent:edit_text", row.pk)


def _only_read(request: HttpRequest, row: ConsentText) -> HttpResponse:
    messages.error(request, actions.AlreadyPublished.message)
    return redirect("consent:text", row.pk)


def _conflict(request: HttpRequest, current: ConsentText, values: dict[str, Any]) -> HttpResponse:
    """Somebody else saved in between: both are shown, and saving again is a decision made with both in view."""
    differ = text_form.differences(_words(current), values)
    who = current.history.select_related("history_user").latest().history_user
    conflict = {"differences": differ, "changed_by": who.full_name if who else "", "changed_at": current.updated_at}
    return _editor(request, current, values, status=409, conflict=conflict)


def _editor(
    request: HttpRequest,
    row: ConsentText,
    values: dict[str, Any],
    *,
    problems: dict[str, str] | None = None,
    status: int = 200,
    version: int | None = None,
    conflict: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "text": row,
        "version": version or row.version,
        "language": name_of(row.language),
        "direction": direction(row.language),
        "form": text_form.shown(values, problems or {}),
        "preview": values,
        "problems": problems or {},
        "title_problem": (problems or {}).get("title", ""),
        "whole_problem": (problems or {}).get(NON_FIELD_ERRORS, ""),
        "gaps": wording.unfinished(values),
    }
    return render(request, "consent/edit_text.html", TAB | context | (conflict or {}), status=status)


@require_POST
def preview_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is in the editor as the patient will see it. Nothing is saved."""
    user = permitted(request, "consent_texts.manage")
    row = get_object_or_404(ConsentText.objects.visible_to(user).without_words(), pk=pk)
    values = text_form.values_of(request.POST)
    context = {"preview": values, "direction": direction(row.language), "text": row,
               "gaps": wording.unfinished(values)}  # fmt: skip
    return render(request, "consent/_preview.html", context)


def publish_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What publishing does, said before it is done."""
    user = permitted(request, "consent_texts.manage")
    row = get_object_or_404(ConsentText.objects.visible_to(user).select_related("practice"), pk=pk)
    if row.published_at is not None:
        return _only_read(request, row)
    problem = ""
    if request.method == "POST":
        problem = _published(request, row, user)
        if not problem:
            return redirect("consent:texts")
    now = timezone.now()
    context = {
        "text": row,
        "language": name_of(row.language),
        "replaces": state.texts_in_use(row.practice).get(row.language),
        "patients": state.patients_to_ask_again(row, at=now),
        "gaps": wording.unfinished(_words(row)),
        "problem": problem,
        "ask_again": request.POST.get("reconsent_required") if request.method == "POST" else row.reconsent_required,
    }
    return render(request, "consent/publish_text.html", TAB | context, status=409 if problem else 200)


def _published(request: HttpRequest, row: ConsentText, user: User) -> str:
    """The sentence that says no; empty when it is done."""
    again = request.POST.get("reconsent_required") == "yes"
    version = _version_seen(request, row)
    try:
        actions.publish_text(pk=row.pk, by=user, at=timezone.now(), version=version, reconsent_required=again)
    except Stale:
        return "Somebody changed this draft since you opened this page. Read it again, then publish it."
    except Refused as refusal:
        return str(refusal)
    messages.success(request, f"Version {row.text_version} is what patients are shown from now on.")
    return ""


def _words(row: ConsentText) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WORDS}


def _version_seen(request: HttpRequest, row: ConsentText) -> int:
    """What the person had open; a form without it comes from no page of ours and meets the current row."""
    return version_sent(request, row.version)
