"""The database keeps a published consent text as it was published."""

from consent.models import ConsentText
from practice.guards import Guard, register


@register
def published_text_guards() -> list[Guard]:
    table = ConsentText._meta.db_table
    message = "a published consent text cannot change"
    return [
        Guard(
            "guard_published_text",
            table,
            ("UPDATE",),
            message,
            sqlite_when="OLD.published_at IS NOT NULL",
            postgresql_body="BEGIN IF OLD.published_at IS NOT NULL THEN REFUSE; END IF;",
        ),
        Guard("guard_text_removed", table, ("DELETE", "TRUNCATE"), "consent texts are never deleted"),
    ]
