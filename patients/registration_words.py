"""What a new person reads on the form behind a link: what is asked, what is kept and why. The practice may say more."""

from datetime import timedelta

from practice.models import Practice

LINK_LASTS = timedelta(days=7)
DOCUMENTS = (
    "You may send me documents, such as the summary of a visit, to this e-mail address. I can take this back at any "
    "time by telling you."
)


def documents_words(practice: Practice) -> str:
    """The permission for documents by e-mail, as it is asked for."""
    return " ".join(practice.documents_by_email_words.split()) or DOCUMENTS


def privacy_notice(practice: Practice) -> list[str]:
    """Paragraphs: what this program does, then what the practice adds."""
    days = practice.registration_keep_days
    where = " or ".join(filter(None, [practice.phone, practice.email]))
    told = [
        f"What you write goes to {practice.name}. The people who work there read it to register you, to treat you "
        "safely and to reach you.",
        "When they take it over it becomes part of your patient record, which the law has them keep for years.",
        f"The form itself is deleted {days} days after they have decided. If they decide nothing, it is deleted {days} days "
        "after you sent it.",
        f"To see it, correct it or have it deleted, ask {practice.name}{f': {where}' if where else ''}.",
    ]
    return told + [part.strip() for part in practice.privacy_notice.split("\n\n") if part.strip()]
