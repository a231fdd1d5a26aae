"""Kill -9 in the middle of work: what was acknowledged is there, whole; what was not is there whole or not at all."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from practice.identifiers import new_id
from tests.cast import NOW

ROOT = Path(settings.BASE_DIR)
SITES = 6
PATIENCE = 90  # seconds for what takes one or two on a machine that does nothing else


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Server:
    """gunicorn on a home of its own, with the cast and the catalogue in its SQLite."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
            "TAUTBAND_HOME": str(home), "TAUTBAND_SECRET_KEY": "only-for-tests", "TAUTBAND_SECURE": "0",
            "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "practice.settings", "TAUTBAND_FIND_N_PLUS_ONE": "0",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def script(self, code: str) -> Any:
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", f"import django; django.setup()\n{code}"],
                              env=self.env, capture_output=True, text=True, check=True, cwd=ROOT)  # fmt: skip
        return json.loads(done.stdout.strip().splitlines()[-1])

    def start(self) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "practice.wsgi", "--bind", f"127.0.0.1:{self.port}",
                   "--workers", "2", "--threads", "2", "--no-control-socket", "--log-level", "critical"]  # fmt: skip
        self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, start_new_session=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.cast import make_cast
from tests.world import load_content
from practice import actions
from django.utils import timezone
import json
load_content()
cast = make_cast()
secret = actions.issue_token(person=cast.anna, name="x", days=1, by=cast.anna, at=timezone.now()).secret
print(json.dumps({"token": secret, "anna": str(cast.anna.pk), "patient": str(cast.siobhan.pk)}))
"""
COUNT = """
import json
from treatments.models import NeedlingSession, Site
print(json.dumps({str(s.pk): [s.sites.count(), s.history.count(), Site.history.filter(session_id=s.pk).count()]
                  for s in NeedlingSession.objects.all()}))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def put(server: Server, known: dict[str, str]) -> str | None:
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


def test_no_acknowledged_session_is_lost_and_none_is_half_written(server: Server):
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
