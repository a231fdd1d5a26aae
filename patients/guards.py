"""The database keeps an attached file as it was received; and rows that are kept for good go only for a destruction that two
people have decided, never under a legal hold."""

from patients.models import Attachment, Destruction, LegalHold, Patient
from practice.guards import PERMITS, Guard, changed, frozen_columns, register

# what is said about the file can be put right; the file, its digest and whose it is cannot
SAID = {"kind", "title", "dated_on", "archived_at", "archived_by", "archive_reason", "version", "updated_at"}


@register
def attachment_guards() -> list[Guard]:
    table, frozen = Attachment._meta.db_table, frozen_columns(Attachment, but=SAID)
    return [
        Guard(
            "guard_attachment_file",
            table,
            ("UPDATE",),
            "the file of an attachment never changes",
            sqlite_when=changed(frozen, "sqlite"),
            postgresql_body=f"BEGIN IF {changed(frozen, 'postgresql')} THEN REFUSE; END IF;",
        ),
        Guard("guard_attachment_kept", table, ("DELETE", "TRUNCATE"), "attachments are never deleted", permits=True),
    ]


@register
def destruction_guards() -> list[Guard]:
    destructions, holds, people = (m._meta.db_table for m in (Destruction, LegalHold, Patient))
    held = (
        f'SELECT 1 FROM "{holds}" h JOIN "{people}" held ON held.id = h.patient_id WHERE h.lifted_at IS NULL '
        "AND (held.id = d.patient_id OR held.merged_into_id = d.patient_id)"
    )
    decided = (
        f"EXISTS (SELECT 1 FROM \"{destructions}\" d WHERE d.id = NEW.destruction AND d.state = 'confirmed' "
        f"AND d.confirmed_by_id <> d.proposed_by_id AND NOT EXISTS ({held}))"
    )
    ended = "OLD.state IN ('withdrawn', 'destroyed')"
    return [
        Guard(
            "guard_permit_needs_two_people",
            PERMITS,
            ("INSERT", "UPDATE"),
            "nothing is destroyed unless two people have decided it and no hold stands",
            sqlite_when=f"NOT {decided}",
            postgresql_body=f"BEGIN IF NOT {decided} THEN REFUSE; END IF;",
        ),
        Guard(
            "guard_destruction_ended",
            destructions,
            ("UPDATE",),
            "a destruction that ended stays as it is",
            sqlite_when=ended,
            postgresql_body=f"BEGIN IF {ended} THEN REFUSE; END IF;",
        ),
        Guard("guard_destruction_kept", destructions, ("DELETE", "TRUNCATE"), "destructions are never deleted"),
    ]
