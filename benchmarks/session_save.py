"""What saving a session of 6 sites costs, beside the bare INSERTs on the same database in the same run.

    python benchmarks/session_save.py                        on the SQLite of a temporary home
    DATABASE_URL=... python benchmarks/session_save.py       on an empty PostgreSQL database

Prints a table of medians; the aims are ratios: database part within 3x, whole PUT within 10x of the bare INSERTs.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-benchmarks")
os.environ.setdefault("TAUTBAND_SECURE", "0")
os.environ.setdefault("TAUTBAND_HOME", tempfile.mkdtemp(prefix="tautband-benchmark-"))
os.environ.setdefault("TAUTBAND_ALLOWED_HOSTS", "testserver")
os.environ.setdefault("TAUTBAND_API_RATE", "1000000/min")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

ROUNDS, WARM = 60, 10


class DatabaseTime:
    """Adds up the time spent in the database while it is on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - start


def prepare() -> tuple[Any, Any]:
    from tests.cast import api_as, make_cast
    from tests.world import make_world

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        world = make_world(make_cast())
    return world, api_as(world.cast.anna)


def bare_inserts(world: Any) -> Callable[[], None]:
    """The same 14 rows (session, 6 sites, their history) as plain INSERTs with fixed values, in one commit."""
    from treatments.models import NeedlingSession, Site

    rows = []
    session = world.draft
    for model, records in ((NeedlingSession, [session]), (Site, list(session.sites.all()) * 6)):
        for target in (model, model.history.model):
            fields = [f for f in target._meta.concrete_fields if f.column != "history_id"]
            for record in records:
                values = [_value(target, f, record) for f in fields]
                rows.append((target, fields, values))

    def insert() -> None:
        from practice.identifiers import new_id

        with transaction.atomic(), connection.cursor() as cursor:
            parent = new_id()
            for target, fields, values in rows:
                own = parent if "needlingsession" in target._meta.db_table else new_id()
                fixed = [own if f.column == "id" else parent if f.column == "session_id" else v
                         for f, v in zip(fields, values, strict=True)]  # fmt: skip
                columns = ", ".join(f'"{f.column}"' for f in fields)
                marks = ", ".join(["%s"] * len(fields))
                prepared = [f.get_db_prep_save(v, connection) for f, v in zip(fields, fixed, strict=True)]
                cursor.execute(f'INSERT INTO "{target._meta.db_table}" ({columns}) VALUES ({marks})', prepared)

    return insert


def _value(target: Any, field: Any, record: Any) -> Any:
    from django.utils import timezone

    history = {"history_date": timezone.now(), "history_type": "+", "history_change_reason": "x"}
    return history.get(field.name) if field.name.startswith("history_") else getattr(record, field.attname)


def whole_put(world: Any, client: Any, database: DatabaseTime) -> Callable[[], None]:
    """A new session of 6 sites in one PUT; the database's share is measured within."""
    from practice.identifiers import new_id
    from tests.cast import NOW
    from tests.world import a_site

    def put() -> None:
        body = {
            "patient": str(world.patient.pk), "practitioner": str(world.cast.anna.pk), "started_at": NOW.isoformat(),
            "subjective": "Calf ache.", "sites": [a_site(id=str(new_id()), gauge_mm="0.30") for _ in range(6)],
        }  # fmt: skip
        with connection.execute_wrapper(database):
            answer = client.put(f"/api/v1/sessions/{new_id()}", body, format="json")
        if answer.status_code != 201:
            raise SystemExit(answer.content)

    return put


def median_ms(work: Callable[[], None]) -> float:
    for _ in range(WARM):
        work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    world, client = prepare()
    database = DatabaseTime()
    bare = median_ms(bare_inserts(world))
    put = whole_put(world, client, database)
    for _ in range(WARM):
        put()
    database.seconds = 0.0
    whole = median_ms(put)
    share = database.seconds / (ROUNDS + WARM) * 1000
    print(f"\n{connection.vendor}, medians of {ROUNDS}, ms")
    print(f"{'bare INSERTs of the same 14 rows':<42}{bare:8.2f}")
    print(f"{'PUT of a new session: database part':<42}{share:8.2f}   {share / bare:4.1f}x  (aim 3x)")
    print(f"{'PUT of a new session: whole request':<42}{whole:8.2f}   {whole / bare:4.1f}x  (aim 10x)")


if __name__ == "__main__":
    main()
