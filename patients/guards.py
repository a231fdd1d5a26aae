"""The database keeps an attached file as it was received, with the patient it was received for."""

from patients.models import Attachment
from practice.guards import Guard, changed, frozen_columns, register

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
        Guard("guard_attachment_kept", table, ("DELETE", "TRUNCATE"), "attachments are never deleted"),
    ]
