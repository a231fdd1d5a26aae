"""What the mails of this app say. Composed when they are sent."""

from django.urls import reverse
from django.utils import timezone

from patients import actions
from patients.models import Registration
from patients.registration_words import LINK_LASTS
from practice.models import OutgoingEmail
from practice.outgoing import Composed, NotToBeSent, public_address

WELCOME = """Hello,

{practice} asks you to fill in your details before your first visit. It takes about three minutes, on a phone or a computer:

{link}

The link works until {until}, and once. Please do not pass it on.
Did you not ask for this? Then leave it: nothing happens.{phone}

{practice}
"""


def registration_link(email: OutgoingEmail) -> Composed:
    """To the address the desk was given, with a link made for this mail. Held back when the invitation is over."""
    rows = Registration.objects.select_related("practice", "answers").filter(practice=email.practice_id)
    registration = rows.filter(pk=email.about["registration"]).first()
    if registration is None or not registration.is_invited or registration.forgotten_at:
        raise NotToBeSent("The link is not wanted any more.")
    practice, to, now = registration.practice, registration.answers.email, timezone.now()
    token = actions.link_for_mail(registration=registration, at=now)
    until = timezone.localtime(now + LINK_LASTS, practice.zone)
    text = WELCOME.format(
        practice=practice.name,
        link=public_address(reverse("registration:form", args=[token])),
        until=f"{until:%A} {until.day} {until:%B}, {until:%H:%M}",
        phone=f" Questions? Call us: {practice.phone}." if practice.phone else "",
    )
    return Composed(to=to, subject=f"{practice.name}: your details", text=text, kept_as=masked(to))


def masked(address: str) -> str:
    """Enough to know it again beside the invitation, too little to write to."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
