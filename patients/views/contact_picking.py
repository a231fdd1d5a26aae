"""The steps of choosing a contact inside a larger form: found while typing, chosen, or added in place."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from patients import actions, contact_picker, policy
from patients.contact_picker import BOXES, Picked
from patients.forms import ContactForm
from patients.models import Contact
from practice.views.guarding import permitted

PICKER, FOUND = "patients/contact_picker.html", "patients/_contacts_found.html"


@require_POST
def pick_contact(request: HttpRequest, box: str) -> HttpResponse:
    """One step; the answer is the picker in its next state, or what was found."""
    user = permitted(request, "patients.read")
    may_add = policy.can_write(user)
    if not may_add:
        raise PermissionDenied
    if box not in BOXES:
        raise Http404
    contacts, kind = Contact.objects.visible_to(user), BOXES[box]
    picked, step = contact_picker.sent(request.POST, box), request.POST.get("step", "find")
    context: dict[str, Any] = {"name": box, "picked": Picked(), "may_add": may_add, "autofocus": "name"}
    if step == "add":
        form = ContactForm({**picked.new, "kind": kind})
        added = form.attempt(lambda: actions.add_contact(values=form.cleaned_data, by=user))
        problems = {field: str(told[0]) for field, told in form.errors.items()}
        context |= {"contact": added, "picked": picked, "parts": contact_picker.parts(picked, problems)}
        return render(request, PICKER, context, status=200 if added else 422)
    if step == "choose":
        current = contacts.filter(archived_at=None)
        context["contact"] = get_object_or_404(current, pk=contact_picker.as_id(request.POST.get("choose")))
    elif step == "new":
        context["picked"] = new = Picked(new={"name": picked.words})
        context |= {"parts": contact_picker.parts(new, {}), "autofocus": "organisation" if picked.words else "name"}
    elif step == "find":
        return render(
            request,
            FOUND,
            context | {"picked": picked, "found": contact_picker.found(contacts, picked.words, kind=kind)},
        )
    return render(request, PICKER, context)
