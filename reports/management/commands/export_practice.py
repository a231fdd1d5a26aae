"""`manage.py export_practice FILE`: everything of the one practice here in open formats."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from practice.models import Practice
from reports.actions import write_archive
from reports.archive import check


class Command(BaseCommand):
    help = "Write everything of a practice into one ZIP of open formats, and read it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--practice", help="its name, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = self._practice(options["practice"])
        path: Path = options["file"]
        if path.exists():
            raise CommandError("The file is there already. Name another.")
        path.touch(mode=0o600)
        rows = write_archive(practice, path, at=timezone.now())
        if wrong := check(path):
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{rows} rows of {practice.name}, {path.stat().st_size} bytes. Every digest is right.")

    def _practice(self, name: str | None) -> Practice:
        found = list(Practice.objects.filter(**({"name": name} if name else {}))[:2])
        if len(found) != 1:
            raise CommandError("Say which practice with --practice NAME." if found else "There is no such practice.")
        return found[0]
