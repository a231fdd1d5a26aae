"""The key under which a person's unsent writing lies on a device. It never leaves a page that they are signed in to."""

from base64 import b64encode

from django.utils.crypto import salted_hmac

from practice.models import User


def device_key(user: User) -> str:
    """256 bits in base64, the same at every sign-in, so that what was kept before it expired can be read after it."""
    return b64encode(salted_hmac("what is kept on a device", str(user.pk), algorithm="sha256").digest()).decode()
