"""Who may read and issue which document."""

from practice.models import User
from practice.policy import allowed, same_practice
from reports.models import Document
from treatments.models import NeedlingSession


def can_read(user: User, kind: str) -> bool:
    return allowed(user, f"documents.{kind}.read")


def can_issue(user: User, kind: str, session: NeedlingSession) -> bool:
    return allowed(user, f"documents.{kind}.issue") and same_practice(user, session)


def issuable_kinds(user: User) -> list[str]:
    return [kind for kind in Document.Kind.values if allowed(user, f"documents.{kind}.issue")]


def readable_kinds(user: User) -> list[str]:
    return [kind for kind in Document.Kind.values if can_read(user, kind)]
