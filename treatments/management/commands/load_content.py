from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from consent.loading import load_areas
from treatments.catalogue import CONTENT_VERSION, load


class Command(BaseCommand):
    help = "Bring the shipped clinical content into the database. Running it again changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        areas, structures = load_areas(), load()
        self.stdout.write(f"Clinical content v{CONTENT_VERSION}: {areas} regions, {structures} structures.")
