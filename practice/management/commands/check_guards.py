from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from practice import guards


class Command(BaseCommand):
    help = "Say whether every guard stands in the database; exit with an error when one is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        if absent := guards.missing(connection):
            raise CommandError(f"Guards missing: {', '.join(sorted(absent))}. Run: python3 run.py upgrade")
        self.stdout.write(f"{len(guards.all_guards())} guards stand.")
