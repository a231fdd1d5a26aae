"""Work done at the same moment by several people, each on a connection of their own. Only PostgreSQL can show it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="threads do not share SQLite's in-memory test database"
)


def at_once(works: Sequence[Callable[[], Any]], *, refusals: tuple[type[Exception], ...] = ()) -> list[Any]:
    """What each came to, in the order they were given. One of the `refusals` is an answer like any other: the one that
    was raised stands in its place. Whatever else is raised fails the test."""
    barrier = Barrier(len(works), timeout=90)  # one that fails before it must not leave the others waiting

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except refusals as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(run, work) for work in works]
    return [work.result() for work in running]


def kinds(answers: Sequence[Any]) -> list[str]:
    """Sorted, for tests in which nobody can know who was first."""
    return sorted(type(answer).__name__ for answer in answers)
