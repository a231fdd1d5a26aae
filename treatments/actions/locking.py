"""One order of locks for what hangs on a session: the session first, then its follow-up, then the follow-up's links."""

from uuid import UUID

from django.db.models import QuerySet

from practice.history import lock
from treatments.models import FollowUp, NeedlingSession


def lock_with_session(rows: QuerySet[FollowUp], pk: UUID, *, version: int | None = None) -> FollowUp:
    """A follow-up with its session locked before it. Voiding takes them in this order, and two orders block each other."""
    session_pk = rows.values_list("session_id", flat=True).get(pk=pk)
    session = (
        lock(NeedlingSession.objects.select_related("practitioner", "practice"), session_pk) if session_pk else None
    )
    follow_up = lock(rows, pk, version=version)
    if session is not None:
        follow_up.session = session
    return follow_up
