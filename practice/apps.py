import sqlite3
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


def use_the_limit_of_this_sqlite(connection: Any, **_: Any) -> None:
    """Django assumes 999 parameters a statement; SQLite has allowed far more for years. With its own limit 6 and 60
    sites are saved by the same number of statements."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit


def answer_alone(connection: Any, **_: Any) -> None:
    """Every statement here takes milliseconds: parallel workers and compiled expressions cost more to start than they
    save, and so many requests at once have no cores left for them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0; SET jit = off")


class PracticeConfig(AppConfig):
    name = "practice"

    def ready(self) -> None:
        from practice import checks, guards, history  # noqa: F401  registers the system check

        user_logged_in.disconnect(dispatch_uid="update_last_login")  # Django's would leave a history row each time
        user_logged_in.connect(history.note_sign_in, dispatch_uid="practice.sign_in")

        connection_created.connect(use_the_limit_of_this_sqlite, dispatch_uid="sqlite.limit")
        connection_created.connect(answer_alone, dispatch_uid="postgresql.alone")
        # SQLite rebuilds tables in migrations and drops their triggers silently: take them off, put them back.
        pre_migrate.connect(guards.drop_before_migrate, sender=self, dispatch_uid="guards.drop")
        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="guards.install")
