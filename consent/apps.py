from typing import Any

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        from consent import guards  # noqa: F401  registers the guard of published texts
        from consent.actions import publish_first_text, sweep_scans
        from consent.models import ConsentScan
        from consent.scans import STORE
        from patients import destroying
        from practice import chores, setup

        def first_text(practice: Any, by: Any, at: Any) -> None:
            publish_first_text(practice=practice, by=by, at=at)

        setup.register(first_text)
        chores.register("consent scans", sweep_scans)
        destroying.register_files(ConsentScan, STORE.drop)
