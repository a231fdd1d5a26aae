"""How fast workers empty the outbox, and whether any message goes twice: three workers on a throw-away PostgreSQL.

    python -m benchmarks.mail [--mails 1000] [--workers 3]

A real SMTP server on the loopback counts every Message-ID. The server's disk settings are those of the tests (nothing
is forced to the disk), so the rate is one of work, not of a disk. Ends after five minutes at the latest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mail_server import mail_server
from tests.postgres import cluster

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 300
SET_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.cast import make_cast
from tests.world import a_mail
cast = make_cast()
for number in range({count}):
    a_mail(cast, f"mail {{number}}")
"""
WORK = """
import django; django.setup()
import tests.world
from django.core.management import call_command
call_command("worker", once=True)
"""
STATES = """
import django; django.setup()
from collections import Counter
from practice.models import OutgoingEmail
print(dict(Counter(OutgoingEmail.objects.values_list("state", flat=True))))
"""


def run(code: str, env: dict[str, str]) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=3)
    wanted = parser.parse_args()
    with cluster() as address, mail_server() as (handler, port), tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "DATABASE_URL": address, "TAUTBAND_HOME": home, "TAUTBAND_SECRET_KEY": "only-for-this", "TAUTBAND_SECURE": "0",
            "DJANGO_SETTINGS_MODULE": "practice.settings", "TAUTBAND_SMTP_HOST": "127.0.0.1",
            "TAUTBAND_SMTP_PORT": str(port), "TAUTBAND_SMTP_TLS": "off", "TAUTBAND_MAIL_FROM": "post@tautband.example",
        }  # fmt: skip
        run(SET_UP.format(count=wanted.mails), env)
        command = [sys.executable, "-W", "ignore", "-c", WORK]
        workers = [
            subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(wanted.workers)
        ]
        first = last = None
        until = time.monotonic() + MOST_SECONDS
        while any(worker.poll() is None for worker in workers) and time.monotonic() < until:
            first = first or (time.monotonic() if handler.messages else None)
            last = last or (time.monotonic() if len(handler.messages) >= wanted.mails else None)
            time.sleep(0.02)
        for worker in workers:
            worker.kill()
        counts = handler.counts
        took = (last or time.monotonic()) - (first or until)
        print(f"{len(counts)} of {wanted.mails} mails arrived, by {wanted.workers} workers")
        print(f"duplicates: {sum(counts.values()) - len(counts)}")
        print(f"{len(counts) / took:.0f} mails a second, {took:.1f} s from the first to the last")
        print(f"rows: {run(STATES, env)}")


if __name__ == "__main__":
    main()
