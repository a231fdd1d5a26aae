"""An installation in processes of its own, for tests that kill them: what only lives in memory is really gone then."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

from practice.identifiers import new_id

ROOT = Path(settings.BASE_DIR)
PATIENCE = 90  # seconds for what takes one or two on a machine that does nothing else
MIGRATED = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
DJANGO = "import django; django.setup()\n"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def new_database(prefix: str) -> str | None:
    """The address of an empty database on the PostgreSQL that the tests run on; nothing when they run on SQLite."""
    address = os.environ.get("DATABASE_URL")
    if not address:
        return None
    name = f"{prefix}_{new_id().hex[-12:]}"
    server = psycopg2.connect(address)
    server.autocommit = True
    server.cursor().execute(f'CREATE DATABASE "{name}"')
    server.close()
    return address.replace("/postgres?", f"/{name}?")


class Installation:
    """A home of its own, with SQLite in it; or a new database on the PostgreSQL that the tests run on."""

    def __init__(self, home: Path, *, database: str | None = None) -> None:
        self.home, self.port = home, free_port()
        self.env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
            "TAUTBAND_HOME": str(home), "TAUTBAND_SECRET_KEY": "only-for-tests", "TAUTBAND_SECURE": "0",
            "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "practice.settings", "TAUTBAND_FIND_N_PLUS_ONE": "0",
        }  # fmt: skip
        if database:
            self.env["DATABASE_URL"] = database
        self.process: subprocess.Popen[bytes] | None = None

    def script(self, code: str) -> Any:
        """Run to its end; what its last line said, as JSON."""
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", DJANGO + code], env=self.env, capture_output=True,
                              text=True, cwd=ROOT)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def begin(self, code: str, **env: str) -> "subprocess.Popen[str]":
        """A process that is left at work."""
        return subprocess.Popen([sys.executable, "-W", "ignore", "-c", DJANGO + code], env=self.env | env, cwd=ROOT,
                                text=True, stdout=subprocess.PIPE)  # fmt: skip

    def start(self, app: str = "practice.wsgi", *, workers: int = 2, **env: str) -> None:
        """gunicorn, as in production."""
        command = [sys.executable, "-W", "ignore", "-m", "gunicorn", app, "--bind", f"127.0.0.1:{self.port}",
                   "--workers", str(workers), "--threads", "2", "--no-control-socket", "--log-level", "critical"]  # fmt: skip
        self.process = subprocess.Popen(command, env=self.env | env, cwd=ROOT, start_new_session=True,
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

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
