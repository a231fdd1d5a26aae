from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from practice.models import Practice
from reports.demo.practice import Demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo practice. Does nothing where a practice exists."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Practice.objects.exists():
            self.stdout.write("There is a practice already; nothing was changed.")
            return
        Demo(timezone.now()).build()
        self.stdout.write("The demo practice is ready.")
