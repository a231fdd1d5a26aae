"""The pages of a practice, in groups: one table says what stands where and who sees it.

Pages of the apps above are named by URL and left out where that app is not installed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from practice.models import User

Role = User.Role


def _managers(user: User) -> bool:
    return user.is_manager


def _others(user: User) -> bool:
    return not user.is_manager


def _clinicians(user: User) -> bool:
    return user.is_manager or user.role in (Role.PRACTITIONER, Role.AUDITOR, Role.SERVICE)


def _practitioners(user: User) -> bool:
    return user.is_manager or user.role == Role.PRACTITIONER


def _staff(user: User) -> bool:
    return user.role in (Role.PRACTITIONER, Role.FRONT_DESK)


def _managers_and_auditors(user: User) -> bool:
    return user.is_manager or user.role == Role.AUDITOR


def _readers_of_the_log(user: User) -> bool:
    return user.is_manager or user.role in (Role.PRACTITIONER, Role.AUDITOR)


def _keepers(user: User) -> bool:
    return user.is_manager or user.role in (Role.PRACTITIONER, Role.AUDITOR)


def _people(user: User) -> bool:
    return user.role != Role.SERVICE


def _everyone(user: User) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """`tab` is what a page calls itself in its context."""

    tab: str
    label: str
    url_name: str
    sees: Callable[[User], bool] = _managers


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("Practice", (
        Entry("about", "The practice", "practice", _others),
        Entry("staff", "Staff", "staff"),
        Entry("clinics", "Clinics", "clinics"),
        Entry("settings", "Settings", "settings"),
        Entry("tokens", "Tokens", "tokens", _everyone),
    )),
    ("Treatment", (
        Entry("lots", "Needle lots", "treatments:lots"),
        Entry("templates", "Snippets", "treatments:offered", _practitioners),
        Entry("texts", "Consent texts", "consent:texts"),
        Entry("content", "Clinical content", "treatments:content"),
        Entry("events", "Events", "treatments:events", _clinicians),
        Entry("insights", "Insights", "insights:page"),
    )),
    ("Patients", (
        Entry("contacts", "Contacts", "patients:contacts", _everyone),
        Entry("merges", "Merges", "patients:merges"),
        Entry("imports", "Imports", "patients:imports"),
        Entry("access", "Who looked", "access:log", _readers_of_the_log),
        Entry("keeping", "Keeping", "patients:keeping", _keepers),
    )),
    ("Documents", (
        Entry("print", "Print a day", "reports:batches", _staff),
        Entry("mail", "Mail", "reports:mails", _people),
        Entry("requests", "Record requests", "reports:requests"),
        Entry("exports", "Export", "reports:exports"),
        Entry("breaches", "Breaches", "reports:breaches", _managers_and_auditors),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A link of the navigation, as a page shows it."""

    label: str
    address: str
    current: bool


def navigation(user: User, *, tab: str) -> tuple[list[Place], list[Place]]:
    """The groups this person has something in, and the pages of the group that holds `tab` (the first, when none does)."""
    groups = [(name, here) for name, entries in GROUPS if (here := _reachable(entries, user))]
    now = next((entries for _, entries in groups if tab in {entry.tab for entry, _ in entries}), groups[0][1])
    rows = [Place(name, entries[0][1], entries is now) for name, entries in groups]
    return rows, [Place(entry.label, address, entry.tab == tab) for entry, address in now]


def _reachable(entries: Sequence[Entry], user: User) -> list[tuple[Entry, str]]:
    found = []
    for entry in entries:
        if entry.sees(user):
            try:
                found.append((entry, reverse(entry.url_name)))
            except NoReverseMatch:
                continue
    return found
