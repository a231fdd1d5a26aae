"""A new person with a link: invited by Dana, and what they type."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from patients import actions
from patients.models import Registration
from tests.cast import Cast, page_as

TYPED = {
    "given_names": "Amelia Rose", "family_name": "O'Hara-Whitlock", "preferred_name": "Millie", "former_names": "Byrne, Li",
    "date_of_birth": "14 3 1987", "sex_at_birth": "female", "gender": "woman", "pronouns": "she/her", "mobile": "0400 111 222",
    "home_phone": "(03) 9555 1234", "email": "amelia@example.org", "email_ok": "on", "documents_by_email_ok": "on",
    "address_line1": "1 Wattle St", "suburb": "Seaford", "state": "VIC", "postcode": "3198", "emergency_name": "Tom Whitlock",
    "emergency_relation": "husband", "emergency_phone": "0400 333 444", "gp": "Dr Voss, Seaford Clinic",
    "medicare": "2123 45670 1", "medicare_until": "2028-05-31", "dva": "qx901234", "insurer": "Bupa", "member_number": "77 1",
}  # fmt: skip
SIOBHAN = {"given_names": "Siobhán", "family_name": "O'Neill", "date_of_birth": "29/2/1988"}


def invited(cast: Cast, *, at: datetime | None = None, **more: Any) -> Registration:
    given = {"way": "shown", "called": "Millie"} | more
    return actions.invite(**given, by=cast.dana, at=at or timezone.now())


def path_of(registration: Registration, cast: Cast, *, at: datetime | None = None) -> str:
    return f"/register/{actions.show_link(pk=registration.pk, by=cast.dana, at=at or timezone.now())}"


def ask(path: str, typed: dict[str, Any] | None = None) -> HttpResponse:
    client = page_as(None)
    return client.get(path) if typed is None else client.post(path, typed)


def sent_in(cast: Cast, typed: dict[str, Any] = TYPED, *, at: datetime | None = None) -> Registration:
    """What was typed waits at the desk."""
    registration = invited(cast, at=at)
    answer = ask(path_of(registration, cast, at=at), typed)
    assert answer.status_code == 200, answer.context["form"].errors
    return Registration.objects.told().get(pk=registration.pk)
