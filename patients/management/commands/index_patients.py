from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from patients.models import Patient
from patients.search_index import rebuild


class Command(BaseCommand):
    help = "Write anew under which words every patient is found. Only needed when rows came in past the program."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild(Patient.objects.order_by("pk").iterator(500))
        self.stdout.write(f"{count} patients are in the index.")
