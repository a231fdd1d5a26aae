"""Who may read and issue which document."""

from consent.models import Consent
from practice.models import AccessEntry, User
from practice.policy import allowed, same_practice
from reports.models import DataBreach, Delivery, Document, Letter, PrintBatch
from reports.models.documents import MADE_OF
from treatments.models import Episode, NeedlingSession


def can_read(user: User, kind: str) -> bool:
    return allowed(user, f"documents.{kind}.read")


def can_issue(user: User, kind: str, source: NeedlingSession | Consent | Episode) -> bool:
    return allowed(user, f"documents.{kind}.issue") and same_practice(user, source)


def can_read_insights(user: User) -> bool:
    return allowed(user, "insights.read")


def issuable_kinds(user: User) -> list[str]:
    return [kind for kind in Document.Kind.values if allowed(user, f"documents.{kind}.issue")]


def kinds_of_a_session() -> list[Document.Kind]:
    return [kind for kind in Document.Kind if MADE_OF[kind] == "session"]


def can_order(user: User, kind: str) -> bool:
    """Print a day's documents of a kind: whoever may issue one."""
    return kind in PrintBatch.Kind.values and allowed(user, f"documents.{kind}.issue")


def orderable_kinds(user: User) -> list[str]:
    return [kind for kind in PrintBatch.Kind.values if can_order(user, kind)]


def readable_kinds(user: User) -> list[str]:
    return [kind for kind in Document.Kind.values if can_read(user, kind)]


def can_read_letters(user: User) -> bool:
    return can_read(user, Document.Kind.GP_LETTER)


def can_write_letters(user: User) -> bool:
    return allowed(user, f"documents.{Document.Kind.GP_LETTER}.issue")


def can_write_letter(user: User, letter: Letter) -> bool:
    """Its author: it is their name that stands under it."""
    return can_write_letters(user) and same_practice(user, letter) and letter.author_id == user.pk


def can_export(user: User) -> bool:
    return allowed(user, "practice.export")


def can_read_requests(user: User) -> bool:
    return allowed(user, "record_requests.read")


def can_receive_requests(user: User) -> bool:
    return allowed(user, "record_requests.receive")


def can_decide_requests(user: User) -> bool:
    return allowed(user, "record_requests.decide")


def can_prepare_records(user: User) -> bool:
    return allowed(user, f"documents.{Document.Kind.FULL_RECORD}.issue")


def can_read_full_records(user: User) -> bool:
    return can_read(user, Document.Kind.FULL_RECORD)


def can_read_corrections(user: User) -> bool:
    return allowed(user, "corrections.read")


def can_refuse_corrections(user: User) -> bool:
    return allowed(user, "corrections.refuse")


def can_email(user: User, document: Document) -> bool:
    return allowed(user, "documents.email") and can_read(user, document.kind) and same_practice(user, document)


def can_report_breach(user: User, delivery: Delivery) -> bool:
    return allowed(user, "breaches.report") and same_practice(user, delivery)


def can_read_breaches(user: User) -> bool:
    return allowed(user, "breaches.read")


def can_manage_breach(user: User, breach: DataBreach) -> bool:
    return allowed(user, "breaches.assess") and same_practice(user, breach)


def can_read_access_log(user: User) -> bool:
    """By person: manager and auditor all of it, a practitioner what concerns the patients they treat."""
    return can_read_whole_access_log(user) or allowed(user, "access_log.read_own_patients")


def can_read_whole_access_log(user: User) -> bool:
    return allowed(user, "access_log.read_all")


def can_review_access(user: User, entry: AccessEntry) -> bool:
    return allowed(user, "access_log.review") and same_practice(user, entry)
