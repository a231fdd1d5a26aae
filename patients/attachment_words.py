"""What became of a file that was added, in words, for the page and the API."""

from patients.models import Attachment

TAKEN_OUT = {
    Attachment.Removed.DETAILS: "What the camera had written into the photo was taken out.",
    Attachment.Removed.PLACE: "The place where the photo was taken, and what else the camera had written into it, was taken out.",
}  # fmt: skip


def added_in_words(attachment: Attachment, *, was_here: bool, elsewhere: bool) -> str:
    """A row that was here before, or a new one."""
    if was_here and attachment.is_archived:
        return f"This same file is here already, archived: {attachment.archive_reason}"
    if was_here:
        day = attachment.practice.local_date(attachment.created_at)
        return f"This same file is here already, since {day.day} {day:%b %Y}. It was not added again."
    words = ["Added."]
    if attachment.removed:
        words.append(TAKEN_OUT[Attachment.Removed(attachment.removed)])
    if elsewhere:
        words.append("The same file is with another patient, too. Look whether it belongs here.")
    return " ".join(words)
