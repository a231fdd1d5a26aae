import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError

from practice import working


class Command(BaseCommand):
    help = "Send due mail and do the chores, until stopped. Any number may run beside each other on PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.add_argument("--every", type=float, default=5, help="seconds between two rounds")
        parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this ends")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        if options["once"]:
            done = working.round_once()
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items()))
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())  # the message at hand is finished first
        parent = os.getppid() if options["with_parent"] else None
        while not self.stopping.is_set() and parent in (None, os.getppid()):
            self.work()
            self.stopping.wait(options["every"])

    def work(self) -> None:
        """A round; a database that is away for a moment does not end the worker."""
        close_old_connections()
        try:
            working.round_once(keep_going=lambda: not self.stopping.is_set())
        except DatabaseError as fault:
            self.stderr.write(f"The database does not answer ({type(fault).__name__}); trying again.")
            connection.close()
