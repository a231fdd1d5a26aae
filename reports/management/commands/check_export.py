"""`manage.py check_export FILE`: is an export or a record package as it was written?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.archive import check


class Command(BaseCommand):
    help = "Read an export again and compare every file with its manifest. The exit status says whether all is right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if wrong := check(options["file"]):
            raise CommandError("\n".join(wrong))
        self.stdout.write("Every file is there and is as the manifest says.")
