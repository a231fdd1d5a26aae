"""The versions of a session: what every save made different, in the session and in its sites, and how saves belong
together. Plain values in, plain values out."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from treatments.ordering import in_place

PAUSE = timedelta(minutes=10)
WRITING = frozenset({"draft begun", "draft saved"})
SITE, PLACE = "site", "place"  # a change of the whole row, and of where it stands in the order

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Save:
    """One save: its version, when, by whom, and the reason that the history carries."""

    version: int
    at: datetime
    by: UUID | None
    why: str

    @property
    def act(self) -> str:
        return "writing" if self.why in WRITING else self.why


@dataclass(frozen=True)
class State:
    """What a version says: the session's columns, and the sites in order with theirs."""

    session: Row = field(default_factory=dict)
    sites: Mapping[UUID, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One difference. `site` is None for the session's own fields; a site that was added has no `old` row, a removed
    one no `new`; places are counted from 1."""

    site: UUID | None
    field: str
    old: Any
    new: Any

    @property
    def record(self) -> str:
        return "session" if self.site is None else "site"


@dataclass(frozen=True)
class Version:
    """A save with what it made of the state before it."""

    save: Save
    before: State
    after: State

    @property
    def changes(self) -> list[Change]:
        return differences(self.before, self.after)


@dataclass(frozen=True)
class Group:
    """Saves of one stretch of work, oldest first."""

    versions: tuple[Version, ...]

    @property
    def first(self) -> Save:
        return self.versions[0].save

    @property
    def last(self) -> Save:
        return self.versions[-1].save

    @property
    def changes(self) -> list[Change]:
        """What the whole stretch came to: a word written and taken back again is no difference."""
        return differences(self.versions[0].before, self.versions[-1].after)


def differences(old: State, new: State) -> list[Change]:
    """The session's fields first, then its sites in their order, then the sites that were taken out."""
    own = [Change(None, name, a, b) for name, a, b in _different(old.session, new.session)]
    ranks = {key: rank for rank, key in enumerate(old.sites, start=1)}
    order = list(new.sites)
    still = in_place([ranks.get(key) for key in order])
    for index, key in enumerate(order):
        own += _of_site(key, old.sites.get(key), new.sites[key])
        if key in ranks and index not in still:
            own.append(Change(key, PLACE, ranks[key], index + 1))
    gone = [key for key in old.sites if key not in new.sites]
    return own + [Change(key, SITE, {**old.sites[key], PLACE: ranks[key]}, None) for key in gone]


def _of_site(key: UUID, old: Row | None, new: Row) -> Iterable[Change]:
    if old is None:
        return [Change(key, SITE, None, new)]
    return [Change(key, name, a, b) for name, a, b in _different(old, new)]


def _different(old: Row, new: Row) -> Iterable[tuple[str, Any, Any]]:
    for name in new:
        if old.get(name) != new[name]:
            yield name, old.get(name), new[name]


def stretches(saves: Iterable[Save]) -> list[list[Save]]:
    """Oldest first. A pause of more than ten minutes, another person or another act begins a new stretch of work."""
    found: list[list[Save]] = []
    for save in saves:
        if found and _goes_on(found[-1][-1], save):
            found[-1].append(save)
        else:
            found.append([save])
    return found


def grouped(versions: Sequence[Version]) -> list[Group]:
    coming = iter(versions)
    return [Group(tuple(islice(coming, len(saves)))) for saves in stretches(v.save for v in versions)]


def _goes_on(earlier: Save, later: Save) -> bool:
    return (earlier.by, earlier.act) == (later.by, later.act) and later.at - earlier.at <= PAUSE


def sites_at(saves: Sequence[Save], rows: Iterable[Row], told: Callable[[Row], Row]) -> list[dict[UUID, Row]]:
    """The sites after each save, in order, each as `told` tells a row. `rows` are the sites' history rows as they were
    written: a save writes the session first and its sites in the same transaction, so a row belongs to the last save
    before it."""
    by_time = sorted((save.at, index) for index, save in enumerate(saves))
    times = [at for at, _ in by_time]
    written: dict[int, list[Row]] = defaultdict(list)
    reached = 0
    for row in rows:
        nearest = bisect_right(times, row["history_date"]) - 1  # also when the clock was set back between two saves
        reached = max(reached, by_time[nearest][1] if nearest >= 0 else 0)
        written[reached].append(row)
    rows_now: dict[UUID, Row] = {}
    sites_now: dict[UUID, Row] = {}
    found = []
    for index in range(len(saves)):
        if index in written:
            rows_now = _after(rows_now, written[index])
            sites_now = {key: told(row) for key, row in rows_now.items()}
        found.append(sites_now)
    return found


def _after(sites: Mapping[UUID, Row], rows: Iterable[Row]) -> dict[UUID, Row]:
    now = dict(sites)
    for row in rows:
        if row["history_type"] == "-":
            now.pop(row["id"], None)
        else:
            now[row["id"]] = row
    return dict(sorted(now.items(), key=lambda item: item[1]["position"]))
