"""Files beside the database: whole or not at all, under names of chance, and nobody's files go after a day."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta

import pytest

from practice.stored_files import FileStore, digest_of
from tests.cast import NOW

STORE = FileStore("things")


def names() -> set[str]:
    return {path.name for path in STORE.path_of("").iterdir() if path.name != ".swept"}


def made_at(name: str, hours: float) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(STORE.path_of(name), (then, then))


def test_it_is_read_back_as_it_was_stored_and_by_nobody_else():
    name = STORE.store(b"paper")
    assert STORE.read(name) == STORE.read(name, sha256=digest_of(b"paper")) == b"paper"
    assert b"".join(STORE.pieces(name)) == b"paper"
    assert len(name) == 64
    assert stat.S_IMODE(STORE.path_of(name).stat().st_mode) == 0o600
    assert stat.S_IMODE(STORE.path_of("").stat().st_mode) == 0o700


def test_changed_or_gone_is_nothing():
    name = STORE.store(b"paper")
    STORE.path_of(name).write_bytes(b"other")
    assert STORE.read(name, sha256=digest_of(b"paper")) is None
    STORE.drop(name)
    assert STORE.read(name) is None


def test_what_breaks_off_leaves_nothing():
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        STORE.store(broken())
    assert names() == set()


def test_only_old_files_without_a_row_are_swept():
    ours, nobodys, young = STORE.store(b"1"), STORE.store(b"2"), STORE.store(b"3")
    STORE.path_of("notes.txt").write_text("not ours")
    for name in (ours, nobodys, "notes.txt"):
        made_at(name, 30)
    made_at(young, 20)
    asked: list[str] = []

    def have_rows(some: list[str]) -> list[str]:
        asked.extend(some)
        return [name for name in some if name == ours]

    assert STORE.sweep(have_rows, at=NOW) == 1
    assert names() == {ours, young, "notes.txt"}
    assert set(asked) == {ours, nobodys}
    assert STORE.sweep(have_rows, at=NOW + timedelta(hours=5)) == 0  # looked lately
    assert STORE.sweep(have_rows, at=NOW + timedelta(hours=7)) == 1


def test_where_nothing_was_stored_nothing_is_swept():
    assert FileStore("never").sweep(lambda names: [], at=NOW) == 0
