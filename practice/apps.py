from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PracticeConfig(AppConfig):
    name = "practice"

    def ready(self) -> None:
        from practice import checks, guards  # noqa: F401  registers the system check

        # SQLite rebuilds tables in migrations and drops their triggers silently: take them off, put them back.
        pre_migrate.connect(guards.drop_before_migrate, sender=self, dispatch_uid="guards.drop")
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="guards.install")
