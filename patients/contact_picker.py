"""Choosing a contact by typing: a box, the contacts found, and a new one added in place.

The picker is a part of a larger form and sends nothing of that form away: every step is a fragment of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from patients.models import Contact

SHOWN = 8
NEW = {
    "name": "Name",
    "organisation": "Practice or organisation",
    "provider_number": "Provider number",
    "phone": "Phone",
    "email": "E-mail",
}
# Whom the boxes of the patient forms ask for.
BOXES = {"gp_id": Contact.Kind.GP, "referrer_id": Contact.Kind.REFERRER, "referrer": Contact.Kind.REFERRER}


@dataclass
class Picked:
    """What the picker sends: a contact chosen, words still being typed, or a new contact not added yet."""

    pk: str = ""
    words: str = ""
    new: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pk or self.words or self.new)

    @property
    def is_adding(self) -> bool:
        return bool(self.new)


def sent(data: Mapping[str, Any], name: str) -> Picked:
    new = {part: str(data.get(f"{name}-new-{part}") or "") for part in NEW}
    adding = f"{name}-new-name" in data
    return Picked(str(data.get(name) or ""), str(data.get(f"{name}-words") or "").strip(), new if adding else {})


def found(contacts: QuerySet[Contact], words: str, *, kind: str) -> list[Contact]:
    """Current contacts with every one of the words in the name or the organisation; those of the kind first."""
    rows = contacts.filter(archived_at=None)
    for word in words.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(organisation__icontains=word) | Q(provider_number__iexact=word))
    of_kind = Case(When(kind=kind, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(rows.order_by(of_kind, "name", "pk")[:SHOWN])


def chosen(contacts: QuerySet[Contact], pk: object) -> Contact | None:
    """An archived one stays where it stands already."""
    return contacts.filter(pk=as_id(pk)).first()


def as_id(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def parts(picked: Picked, problems: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """The fields of a new contact: name, label, what was typed, what has to change."""
    return [(part, label, picked.new.get(part, ""), problems.get(part, "")) for part, label in NEW.items()]


class ContactPicker(forms.Widget):
    """Draws the picker in the state it is in."""

    template_name = "patients/contact_picker.html"

    def __init__(self, *, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.contacts: QuerySet[Contact] = Contact.objects.none()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Picked:
        return sent(data, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        picked = value if isinstance(value, Picked) else Picked(pk=str(getattr(value, "pk", value) or ""))
        contact = value if isinstance(value, Contact) else chosen(self.contacts, picked.pk) if picked.pk else None
        drawn = {"name": name, "contact": contact, "picked": picked, "parts": parts(picked, {}), "may_add": True}
        rows = found(self.contacts, picked.words, kind=self.kind) if picked.words else []
        return drawn | {"found": rows, "aria_invalid": bool((attrs or {}).get("aria-invalid"))}


class ContactField(forms.Field):
    """One of the practice's contacts, or none. `contacts` are those the person may see; the form sets them."""

    widget: ContactPicker

    def __init__(self, *, kind: str, label: str) -> None:
        super().__init__(widget=ContactPicker(kind=kind), required=False, label=label)

    @property
    def contacts(self) -> QuerySet[Contact]:
        return self.widget.contacts

    @contacts.setter
    def contacts(self, rows: QuerySet[Contact]) -> None:
        self.widget.contacts = rows

    def clean(self, value: Any) -> Contact | None:
        if value.pk:
            contact = chosen(self.contacts, value.pk)
            if contact is None:
                raise forms.ValidationError("Choose one of the practice's contacts.")
            return contact
        if value.is_adding:
            raise forms.ValidationError("Add this contact first, or go back to the list.")
        if value.words:
            raise forms.ValidationError("Choose one from the list, or add it as a new contact.")
        return None
