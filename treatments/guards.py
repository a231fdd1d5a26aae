"""The life of a session as the database holds it: draft -> signed -> (reopened | void); draft <-> discarded.

A draft may change freely, but for whose it is: no session ever moves to another patient (it is voided and written again),
and no site to another session. Every other move lets exactly its named columns change and nothing else, on both vendors.
Sites can be added, changed or removed only while their session is a draft; on PostgreSQL the parent row is locked
FOR SHARE while that is checked, otherwise a row could enter a session in the moment it is being signed.
"""

from practice.guards import Guard, changed, frozen_columns, register
from treatments.models import NeedlingSession, Site

BOOKKEEPING = {"version", "updated_at"}
SIGNATURE = {"signed_at", "signed_by", "content_sha256", "chart_version", "relied_on", "findings_signed", "deviations"}
SUBMISSION = {"submitted_at", "submitted_by"}
# from -> to: the fields that may change in that move; a move that is not here is refused
MOVES: dict[tuple[str, str], set[str]] = {
    ("signed", "draft"): {"status", "reopened_count", *SIGNATURE, *SUBMISSION, *BOOKKEEPING},
    ("signed", "void"): {"status", "void_reason", "void_at", "void_by", *BOOKKEEPING},
    ("signed", "signed"): {"first_issued_at", *BOOKKEEPING},
    ("discarded", "draft"): {"status", *BOOKKEEPING},
    ("draft", "discarded"): {"status", *BOOKKEEPING},
}
WHOSE = ["patient_id", "practice_id"]
FROM_DRAFT = ("draft", "signed")  # the content may change in these


def refused_moves(vendor: str) -> str:
    """The condition under which an UPDATE of a session row is refused."""
    allowed = [f"(OLD.status = 'draft' AND NEW.status = '{to}')" for to in FROM_DRAFT]
    for (old, new), fields in MOVES.items():
        still = changed(frozen_columns(NeedlingSession, but=fields), vendor)
        allowed.append(f"(OLD.status = '{old}' AND NEW.status = '{new}' AND NOT {still}{_extra(old, new)})")
    return f"{changed(WHOSE, vendor)} OR NOT ({' OR '.join(allowed)})"


def _extra(old: str, new: str) -> str:
    if (old, new) == ("signed", "draft"):
        return " AND OLD.first_issued_at IS NULL"
    if (old, new) == ("signed", "signed"):
        return " AND OLD.first_issued_at IS NULL AND NEW.first_issued_at IS NOT NULL"
    return ""


@register
def session_guards() -> list[Guard]:
    sessions, sites = NeedlingSession._meta.db_table, Site._meta.db_table
    frozen = "a signed, void or discarded session cannot change this way"
    return [
        Guard(
            "guard_session_moves",
            sessions,
            ("UPDATE",),
            frozen,
            sqlite_when=refused_moves("sqlite"),
            postgresql_body=f"BEGIN IF {refused_moves('postgresql')} THEN REFUSE; END IF;",
        ),
        Guard(
            "guard_session_begins_as_draft",
            sessions,
            ("INSERT",),
            "a session begins as a draft",
            sqlite_when="NEW.status <> 'draft'",
            postgresql_body="BEGIN IF NEW.status <> 'draft' THEN REFUSE; END IF;",
        ),
        Guard("guard_session_kept", sessions, ("DELETE", "TRUNCATE"), "a session is never deleted", permits=True),
        *_site_guards(sites, sessions),
    ]


def _site_guards(sites: str, sessions: str) -> list[Guard]:
    def not_draft(row: str) -> str:
        return f"(SELECT status FROM \"{sessions}\" WHERE id = {row}.session_id) IS NOT 'draft'"

    message = "the sites of a session can change only while it is a draft"
    return [
        Guard(
            "guard_site_added",
            sites,
            ("INSERT",),
            message,
            sqlite_when=not_draft("NEW"),
            postgresql_body=_parent_is_draft(sessions, ["NEW"]),
        ),
        Guard(
            "guard_site_changed",
            sites,
            ("UPDATE",),
            message,
            sqlite_when=f"{changed(['session_id'], 'sqlite')} OR {not_draft('OLD')}",
            postgresql_body=_parent_is_draft(sessions, ["OLD"], unless=changed(["session_id"], "postgresql")),
        ),
        Guard(
            "guard_site_removed",
            sites,
            ("DELETE", "TRUNCATE"),
            message,
            sqlite_when=not_draft("OLD"),
            postgresql_body=_parent_is_draft(sessions, ["OLD"]),
            permits=True,
        ),
    ]


def _parent_is_draft(sessions: str, rows: list[str], *, unless: str = "FALSE") -> str:
    checks = " ".join(
        f'SELECT status INTO state FROM "{sessions}" WHERE id = {row}.session_id FOR SHARE; '
        "IF state IS DISTINCT FROM 'draft' THEN REFUSE; END IF;"
        for row in rows
    )
    return f"DECLARE state text; BEGIN IF {unless} THEN REFUSE; END IF; {checks}"
