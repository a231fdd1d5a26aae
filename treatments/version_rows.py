"""The past of a session, read from its history rows and those of its sites in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from consent.models import Consent, Screening
from practice.models import Clinic, User
from treatments import content
from treatments.columns import chart_body, site_body
from treatments.models import Episode, NeedleLot, NeedlingSession, Site, Structure
from treatments.records import person
from treatments.versions import SITE, Change, Group, Row, Save, State, Version, grouped, sites_at

MOST = 200  # saves told at once
ACTS = (
    "status",
    "taken_over_by_id",
    "taken_over_reason",
    "signed_by_id",
    "deviations",
    "first_issued_at",
    "void_reason",
)
TOLD = (*content.SESSION_CONTENT, *ACTS)
SITE_TOLD = ("id", "position", *content.SITE_CONTENT)
POINTS_AT: dict[str, type[Any]] = {
    "practitioner": User,
    "taken_over_by": User,
    "signed_by": User,
    "clinic": Clinic,
    "episode": Episode,
    "consent": Consent,
    "screening": Screening,
    "structure": Structure,
    "lot": NeedleLot,
}
NOTHING = State({f.attname.removesuffix("_id"): f.get_default() for f in NeedlingSession._meta.concrete_fields
                 if f.attname in TOLD})  # fmt: skip


@dataclass(frozen=True)
class Past:
    """Some of a session's versions, oldest first, and the people and things they name."""

    versions: list[Version]
    named: dict[type[Any], dict[Any, Any]]
    older: bool  # versions that are not told here
    newer: bool

    @property
    def groups(self) -> list[Group]:
        return grouped(self.versions)

    def person(self, pk: UUID | None) -> User | None:
        return self.named[User].get(pk)


def told(past: Past) -> list[dict[str, Any]]:
    """Newest first, as programs read it: who, when, why, and the fields that became different."""
    return [
        {
            "version": version.save.version,
            "at": version.save.at,
            "by": person(past.person(version.save.by)),
            "why": version.save.why,
            "changes": [_change(change) for change in version.changes],
        }
        for version in reversed(past.versions)
    ]


def _change(change: Change) -> dict[str, Any]:
    whole = change.field == SITE
    old, new = (_nested(value) if whole and value else value for value in (change.old, change.new))
    return {"record": change.record, "site": change.site, "field": change.field, "old": old, "new": new}


def _nested(row: Row) -> dict[str, Any]:
    """A whole site under the names of the API: `twitch.seen` stands in `twitch`."""
    body: dict[str, Any] = {}
    for name, value in row.items():
        outer, _, inner = name.partition(".")
        body |= {outer: body.get(outer, {}) | {inner: value}} if inner else {name: value}
    return body


def saves_of(session: NeedlingSession) -> list[Save]:
    """Every save, oldest first, without what it said."""
    rows = session.history.order_by("history_id")
    told = rows.values_list("version", "history_date", "history_user_id", "history_change_reason")
    return [Save(version, at, by, why or "") for version, at, by, why in told]


def past_of(session: NeedlingSession, *, before: int | None = None, most: int = MOST) -> Past:
    """The newest `most` versions (older than version `before`, when given)."""
    saves = saves_of(session)
    end = sum(1 for save in saves if before is None or save.version < before)
    start = max(end - most, 0)
    states = _states(session, saves, max(start - 1, 0), end)
    if start == 0:
        states = [NOTHING, *states]
    pairs = zip(saves[start:end], states, states[1:], strict=False)
    versions = [Version(save, old, new) for save, old, new in pairs]
    return Past(versions, _named(versions), older=start > 0, newer=end < len(saves))


@dataclass(frozen=True)
class Then:
    """The session and its sites as one version said them: not saved, not to be saved. `older` and `newer` are the
    versions beside it."""

    save: Save
    session: NeedlingSession
    sites: list[Site]
    older: int | None
    newer: int | None


def as_it_was(session: NeedlingSession, version: int) -> Then | None:
    saves = saves_of(session)
    index = next((i for i, save in enumerate(saves) if save.version == version), None)
    if index is None:
        return None
    names = [f.attname for f in NeedlingSession._meta.concrete_fields]
    row = session.history.filter(version=version).values(*names).latest("history_id")
    sites = sites_at(saves, _site_rows(session, *_site_columns()), lambda row: row)[index]
    then = NeedlingSession(**row)
    then.patient, then.practice = session.patient, session.practice
    older = saves[index - 1].version if index else None
    newer = saves[index + 1].version if index + 1 < len(saves) else None
    return Then(saves[index], then, _with_names(sites), older, newer)


def _site_columns() -> list[str]:
    return [f.attname for f in Site._meta.concrete_fields if f.attname != "id"]


def _with_names(rows: Mapping[UUID, Row]) -> list[Site]:
    columns = ("id", *_site_columns())
    sites = [Site(**{name: row[name] for name in columns}) for row in rows.values()]
    structures = Structure.objects.in_bulk({site.structure_id for site in sites})
    lots = NeedleLot.objects.in_bulk({site.lot_id for site in sites if site.lot_id})
    for site in sites:
        site.structure = structures[site.structure_id]
        site.lot = lots[site.lot_id] if site.lot_id else None
    return sites


def _states(session: NeedlingSession, saves: Sequence[Save], start: int, end: int) -> list[State]:
    if start == end:
        return []
    span = (saves[start].version, saves[end - 1].version)
    rows = session.history.filter(version__range=span).order_by("history_id")
    own = [_session_told(row) for row in rows.values(*TOLD)]
    sites = sites_at(saves, _site_rows(session, *SITE_TOLD[1:]), _site_told)[start:end]
    return [State(row, placed) for row, placed in zip(own, sites, strict=True)]


def _site_rows(session: NeedlingSession, *columns: str) -> list[dict[str, Any]]:
    """As they were written."""
    rows = Site.history.filter(session_id=session.pk).order_by("history_id")
    return list(rows.values("id", "history_date", "history_type", *columns))


def _session_told(row: Row) -> Row:
    return {name.removesuffix("_id"): _entries(row[name]) if name == "acknowledged_findings" else row[name]
            for name in TOLD}  # fmt: skip


def _entries(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: entry.get(name) for name in ("key", "reason", "by", "at")} for entry in value]


def _site_told(row: Row) -> Row:
    """A site's row under the names that the API gives its fields."""
    site = Site(**{name: row[name] for name in SITE_TOLD})
    told: dict[str, Any] = {}
    for name, value in site_body(site).items():
        if name in ("criteria", "twitch"):
            told |= {f"{name}.{part}": inner for part, inner in value.items()}
        elif name != "id":
            told[name] = value
    return told | {"chart_point": chart_body(site)}


def _named(versions: Sequence[Version]) -> dict[type[Any], dict[Any, Any]]:
    """Everybody and everything that the versions' differences point at: one query for each model."""
    wanted: dict[type[Any], set[Any]] = {model: set() for model in POINTS_AT.values()}
    wanted[User] |= {version.save.by for version in versions}
    for version in versions:
        for state in (version.before, version.after):
            _collect(state.session, wanted)
            for site in state.sites.values():
                _collect(site, wanted)
    return {model: model.objects.in_bulk(keys - {None}) for model, keys in wanted.items()}


def _collect(row: Row, wanted: dict[type[Any], set[Any]]) -> None:
    for name, model in POINTS_AT.items():
        if name in row:
            wanted[model].add(row[name])
