"""Kill -9 in the middle of work: what was acknowledged is there, whole; what was not is there whole or not at all."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.identifiers import new_id
from tests.cast import NOW
from tests.installation import MIGRATED, PATIENCE, Installation

SITES = 6

SET_UP = f"""{MIGRATED}
from tests.cast import make_cast
from tests.world import load_content
from practice import actions
from django.utils import timezone
import json
load_content()
cast = make_cast()
secret = actions.issue_token(person=cast.anna, name="x", days=1, by=cast.anna, at=timezone.now()).secret
print(json.dumps({{"token": secret, "anna": str(cast.anna.pk), "patient": str(cast.siobhan.pk)}}))
"""
COUNT = """
import json
from treatments.models import NeedlingSession, Site
print(json.dumps({str(s.pk): [s.sites.count(), s.history.count(), Site.history.filter(session_id=s.pk).count()]
                  for s in NeedlingSession.objects.all()}))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.end()


def put(server: Installation, known: dict[str, str]) -> str | None:
    """The identifier of an acknowledged session, or None when the server died on it."""
    pk = str(new_id())
    sites = [{"structure": "soleus", "side": "left", "technique": "superficial"} for _ in range(SITES)]
    body = {"patient": known["patient"], "practitioner": known["anna"], "started_at": NOW.isoformat(), "sites": sites}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/sessions/{pk}", data=json.dumps(body).encode(), method="PUT",
        headers={"Authorization": f"Bearer {known['token']}", "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return pk if answer.status == 201 else None
    except (OSError, urllib.error.URLError):
        return None


def test_no_acknowledged_session_is_lost_and_none_is_half_written(server: Installation):
    known = server.script(SET_UP)
    acknowledged: list[str] = []
    for _ in range(3):
        server.start()
        stop = threading.Event()

        def work(stop: threading.Event = stop) -> None:
            while not stop.is_set():
                if pk := put(server, known):
                    acknowledged.append(pk)

        writers = [threading.Thread(target=work) for _ in range(3)]
        for writer in writers:
            writer.start()
        until, enough = time.monotonic() + PATIENCE, len(acknowledged) + 10
        while len(acknowledged) < enough and time.monotonic() < until:
            time.sleep(0.02)
        server.kill()
        stop.set()
        for writer in writers:
            writer.join(30)

    found = server.script(COUNT)
    assert len(acknowledged) >= 30
    assert set(acknowledged) - set(found) == set()
    assert {pk: counts for pk, counts in found.items() if counts != [SITES, 1, SITES]} == {}
