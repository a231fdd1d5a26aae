"""The access log: one row per record opened, ids only. Written by the surfaces, once per record and request."""

from uuid import UUID

from django.http import HttpRequest

from practice.history import keep
from practice.models import AccessEntry, User


def note_access(
    request: HttpRequest, *, patient_id: UUID, kind: str, record_id: UUID, act: str = AccessEntry.Act.OPENED
) -> None:
    """Say who opened (printed, exported) whose record, and through which surface."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only a signed-in person opens records")
    on_api = request.path.startswith("/api/")
    entry = AccessEntry(
        practice_id=user.practice_id,
        patient_id=patient_id,
        kind=kind,
        record_id=record_id,
        act=act,
        surface=AccessEntry.Surface.API if on_api else AccessEntry.Surface.PAGE,
        came_from=request.META.get("REMOTE_ADDR") or None,
    )
    keep(entry, by=user, why=act)
