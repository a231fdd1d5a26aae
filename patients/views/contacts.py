"""Contacts of the practice: GPs, referrers, insurers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from patients import actions, policy
from patients.forms import ContactForm
from patients.models import Contact
from practice.sent_numbers import version_sent
from practice.views.guarding import permitted


def contacts(request: HttpRequest) -> HttpResponse:
    user = permitted(request, "patients.read")
    form = ContactForm(request.POST or None)
    if request.method == "POST" and not policy.can_write(user):
        raise PermissionDenied
    if form.is_valid() and form.attempt(lambda: actions.add_contact(values=form.cleaned_data, by=user)):
        messages.success(request, "Contact added.")
        return redirect("patients:contacts")
    rows = Contact.objects.visible_to(user).filter(archived_at=None)
    context = {"nav": "practice", "tab": "contacts", "contacts": rows, "form": form, "may": policy.can_write(user)}
    return render(request, "patients/contacts.html", context, status=422 if form.errors else 200)


def contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = permitted(request, "patients.write")
    row = get_object_or_404(Contact.objects.visible_to(user), pk=pk)
    form = ContactForm(request.POST or None, initial={name: getattr(row, name) for name in ContactForm.base_fields})
    version = version_sent(request, row.version)
    if request.POST.get("archive") == "yes":
        actions.archive_contact(pk=pk, by=user, at=timezone.now(), version=version)
        messages.success(request, "Archived.")
        return redirect("patients:contacts")
    if form.is_valid() and form.attempt(
        lambda: actions.change_contact(pk=pk, values=form.cleaned_data, by=user, version=version)
    ):
        messages.success(request, "Saved.")
        return redirect("patients:contacts")
    context = {"nav": "practice", "tab": "contacts", "form": form, "contact": row}
    return render(request, "patients/contact.html", context, status=422 if form.errors else 200)
