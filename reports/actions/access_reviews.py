"""Looking into an opening that was worth a question."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice.errors import Refused
from practice.history import keep
from practice.models import AccessEntry, User
from reports import policy
from reports.models import AccessReview


class OwnOpening(Refused):
    code = "own_opening"
    message = "This is your own opening. Another manager looks into it."


@transaction.atomic
def review_access(*, entry: AccessEntry, note: str, by: User, at: datetime) -> AccessReview:
    """Keep that somebody looked into it, and what they found. Nobody does so for themselves."""
    if not policy.can_review_access(by, entry):
        raise PermissionDenied
    if entry.created_by_id == by.pk:
        raise OwnOpening
    if not note.strip():
        raise ValidationError(
            {"note": "Say whom you asked and what it was: Ben took the call of the patient's sister."}
        )
    review = AccessReview(practice=by.practice, entry=entry, note=note.strip(), created_at=at)
    return keep(review, by=by, why="looked into")
