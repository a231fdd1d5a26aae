"""The ground every record stands on: the practice, its people, what every row of it carries, and its outgoing mail."""

from practice.models.destroying import DestructionPermit
from practice.models.ground import (
    AccessEntry,
    AppendOnly,
    Clinic,
    Credential,
    IdempotentAnswer,
    Practice,
    PracticeQuerySet,
    PublicLink,
    Record,
    Row,
    Side,
    Tenant,
    TenantQuerySet,
    Token,
    User,
    default_offsets,
    no_nul,
    tenant_models,
)
from practice.models.mail import OutgoingEmail, WorkerBeat

__all__ = [
    "AccessEntry",
    "AppendOnly",
    "Clinic",
    "Credential",
    "DestructionPermit",
    "IdempotentAnswer",
    "OutgoingEmail",
    "Practice",
    "PracticeQuerySet",
    "PublicLink",
    "Record",
    "Row",
    "Side",
    "Tenant",
    "TenantQuerySet",
    "Token",
    "User",
    "WorkerBeat",
    "default_offsets",
    "no_nul",
    "tenant_models",
]
