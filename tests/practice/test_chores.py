from typing import Any

from practice import chores, working
from tests.cast import NOW, Cast


def test_one_chore_that_fails_does_not_keep_the_others_from_running(monkeypatch: Any, caplog: Any):
    monkeypatch.setattr(chores, "_chores", {})
    chores.register("first", lambda at: 1 // 0)
    chores.register("second", lambda at: 3)
    assert chores.run_all(NOW) == {"second": 3}
    assert [r.getMessage() for r in caplog.records] == ["the chore first failed"]


def test_a_round_says_that_a_worker_lives_and_does_the_chores(cast: Cast, monkeypatch: Any):
    monkeypatch.setattr(chores, "_chores", {"planning": lambda at: 2})
    assert working.last_beat() is None
    assert working.round_once() == {"planning": 2, "mail": 0}
    assert working.last_beat() is not None
