"""Work done at the same moment by several people, each on a connection of their own. Only PostgreSQL can show it."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="threads do not share SQLite's in-memory test database"
)


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each answered, in the order they ended. One that raises fails the test that waits for all answers."""
    barrier, done = threading.Barrier(len(works), timeout=90), []

    def run(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            done.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(works)
    return done
