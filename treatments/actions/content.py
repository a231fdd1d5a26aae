"""The clinical content approved, and single rules tightened or (with a written reason) loosened, by a manager who treats."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from practice import actions as practice_actions
from practice.history import keep
from practice.models import User
from treatments import policy
from treatments.catalogue import CONTENT_VERSION
from treatments.models import ContentApproval, RuleDecision
from treatments.rulebook import loosens, shipped_levels


@transaction.atomic
def approve_content(*, note: str, by: User, at: datetime) -> ContentApproval:
    """The version that is in use now was read and is approved."""
    if not policy.can_decide_content(by):
        raise PermissionDenied
    approval = ContentApproval(practice=by.practice, content_version=CONTENT_VERSION, note=note.strip(), created_at=at)
    return keep(approval, by=by, why="clinical content approved")


@transaction.atomic
def decide_rule(*, rule: str, level: str, reason: str, by: User, at: datetime) -> RuleDecision:
    """`level` is stop, reason or warn; empty goes back to what ships. Less than what ships needs a written reason."""
    if not policy.can_decide_content(by):
        raise PermissionDenied
    if rule not in shipped_levels():
        raise ValidationError({"rule": "This rule cannot be changed, or does not exist."})
    less = bool(level) and loosens(rule, level)
    if less and not reason.strip():
        raise ValidationError({"reason": "Write why this rule may be less strict here. It is kept with your name."})
    decision = RuleDecision(
        practice=by.practice, rule=rule, level=level, loosens=less, reason=reason.strip(), created_at=at
    )
    keep(decision, by=by, why="rule decided")
    practice_actions.note_rule_level(rule=rule, level="" if level == shipped_levels()[rule] else level, by=by)
    return decision
