"""The worker's search for duplicates: what changed since it last looked, or everybody when much did."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from patients import duplicate_hunt
from patients.actions.pairs import propose
from patients.duplicate_hunt import Pair
from patients.likeness import WORTH_A_LOOK, compare, person
from patients.models import DuplicateHunt, DuplicatePair, Patient
from practice.history import keep, keep_all
from practice.models import Practice

ONE_BY_ONE = 200  # more changed records than this are looked at together
LATE = timedelta(minutes=1)  # a row may be committed a little after the moment it carries
AT_ONCE = 200


def hunt_duplicates(at: datetime) -> int:
    """The chore: every practice in its own transaction. Says how many pairs are new on the lists."""
    return sum(_hunt(practice, at) for practice in Practice.objects.order_by("pk").iterator())


@transaction.atomic
def _hunt(practice: Practice, at: datetime) -> int:
    """Nothing to do costs two queries. Another worker that is at it already is left alone."""
    standing = Patient.objects.filter(practice=practice, merged_into=None)
    hunt = _bookmark(practice)
    if hunt is None:
        return 0
    since = hunt.looked_until - LATE if hunt.looked_until else None
    changed = standing.filter(updated_at__gt=since) if since else standing
    newest = list(changed.order_by("-updated_at").values_list("updated_at", flat=True)[: ONE_BY_ONE + 1])
    if not newest or newest[0] == hunt.looked_until:
        return 0
    if len(newest) > ONE_BY_ONE:
        pairs = duplicate_hunt.in_everybody(standing)
    else:
        pairs = duplicate_hunt.around(standing, changed.select_related("practice"))
    found = _propose(pairs)
    _forget_unlike(practice, since)
    hunt.looked_until = newest[0]
    keep(hunt, by=None, why="looked for duplicates")
    return found


def _bookmark(practice: Practice) -> DuplicateHunt | None:
    rows = DuplicateHunt.objects.filter(practice=practice)
    if not rows.exists():
        return keep(DuplicateHunt(practice=practice), by=None, why="looked for duplicates")
    return rows.select_for_update(skip_locked=True).first()


def _propose(pairs: dict[Pair, float]) -> int:
    found, keys = 0, sorted(pairs)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        rows: dict[UUID, Patient] = Patient.objects.select_related("practice").in_bulk(
            {pk for pair in some for pk in pair}
        )
        found += propose(found=[(rows[one], rows[other]) for one, other in some])
    return found


def _forget_unlike(practice: Practice, since: datetime | None) -> None:
    """Pairs nobody decided about, whose records were corrected and are no longer alike."""
    rows = DuplicatePair.objects.filter(practice=practice, state=DuplicatePair.State.OPEN)
    if since:
        rows = rows.filter(Q(first__updated_at__gt=since) | Q(second__updated_at__gt=since))
    gone = []
    for pair in rows.select_related("practice", "first", "second"):
        likeness = compare(person(pair.first), person(pair.second))
        if likeness.score < WORTH_A_LOOK:
            pair.state, pair.score = DuplicatePair.State.UNLIKE, likeness.score
            gone.append(pair)
    keep_all(gone, by=None, why="no longer alike")
