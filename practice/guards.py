"""Guards: triggers by which the database itself refuses what must never happen, on SQLite and on PostgreSQL.

One list is the truth. `install_guards` writes it into the database after every migration, the system check and the
readiness probe compare it with what is there. Append-only tables and history tables are found by walking the models,
so none is forgotten; the apps above add their own (a signed session, a published text) with `register`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from practice.models import AppendOnly, DestructionPermit

PERMITS = DestructionPermit._meta.db_table
REFUSAL = "integrity_constraint_violation"


@dataclass(frozen=True)
class Guard:
    """One trigger: `when` is the condition under which the statement is refused, in that vendor's SQL."""

    name: str
    table: str
    events: tuple[str, ...]  # of INSERT, UPDATE, DELETE, TRUNCATE
    message: str
    sqlite_when: str = ""
    postgresql_body: str = ""  # PL/pgSQL run before the refusal; empty: always refuse
    key: str = "id"  # the table's primary key, by which a permit names a row
    permits: bool = False  # a DELETE passes for rows that a confirmed destruction names (DestructionPermit)

    def sqlite(self) -> dict[str, str]:
        """Trigger name to statement: SQLite wants one trigger per event and knows no TRUNCATE."""
        return {
            f"{self.name}_{event.lower()}": f'CREATE TRIGGER "{self.name}_{event.lower()}" BEFORE {event} '
            f"ON \"{self.table}\"{self._sqlite_when(event)} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            for event in self.events
            if event != "TRUNCATE"
        }

    def _sqlite_when(self, event: str) -> str:
        conditions = [self.sqlite_when] if self.sqlite_when else []
        if event == "DELETE" and self.permits:
            conditions.append(f"NOT {self._permitted('CAST(OLD.%s AS TEXT)')}")
        return f" WHEN {' AND '.join(f'({condition})' for condition in conditions)}" if conditions else ""

    def _permitted(self, key_as_text: str) -> str:
        key = key_as_text % f'"{self.key}"'
        return f'EXISTS (SELECT 1 FROM "{PERMITS}" p WHERE p."table" = \'{self.table}\' AND p."row" = {key})'

    def postgresql(self) -> list[str]:
        row_events = [e for e in self.events if e != "TRUNCATE"]
        refuse = f"RAISE EXCEPTION '{self.message}' USING ERRCODE = '{REFUSAL}';"
        body = _declared(self.postgresql_body.replace("REFUSE;", refuse) or refuse)
        if "DELETE" in row_events and self.permits:
            passes = f"IF TG_OP = 'DELETE' THEN IF {self._permitted('OLD.%s::text')} THEN RETURN OLD; END IF; END IF;"
            body = body.replace("BEGIN", f"BEGIN {passes}", 1)
        passing = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        statements = [
            f'CREATE FUNCTION "{self.name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} {passing} END $guard$',
            f'CREATE TRIGGER "{self.name}" BEFORE {" OR ".join(row_events)} ON "{self.table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{self.name}"()',
        ]
        if "TRUNCATE" in self.events:
            statements += [
                f'CREATE FUNCTION "{self.name}_truncate"() RETURNS trigger LANGUAGE plpgsql AS $guard$ '
                f"BEGIN {refuse} RETURN NULL; END $guard$",
                f'CREATE TRIGGER "{self.name}_truncate" BEFORE TRUNCATE ON "{self.table}" '
                f'FOR EACH STATEMENT EXECUTE FUNCTION "{self.name}_truncate"()',
            ]
        return statements

    def postgresql_triggers(self) -> set[str]:
        return {self.name, *([f"{self.name}_truncate"] if "TRUNCATE" in self.events else [])}


def _declared(body: str) -> str:
    return body if body.startswith(("DECLARE", "BEGIN")) else f"BEGIN {body}"


_more: list[Callable[[], list[Guard]]] = []


def register(guards: Callable[[], list[Guard]]) -> Callable[[], list[Guard]]:
    """An app's own guards: a function, because the models are complete only once all apps are loaded."""
    if guards not in _more:
        _more.append(guards)
    return guards


def append_only(model: type[models.Model]) -> Guard:
    table = model._meta.db_table
    key = model._meta.pk.column if model._meta.pk else ""
    permits = not getattr(model, "stays_for_good", False)
    events = ("UPDATE", "DELETE", "TRUNCATE")
    return Guard(f"guard_{table}", table, events, f"{table} is append-only", key=key or "id", permits=permits)


def all_guards() -> list[Guard]:
    """Every guard of every app, in a stable order."""
    models_ = sorted(apps.get_models(), key=lambda m: m._meta.db_table)
    walked = [append_only(m) for m in models_ if issubclass(m, AppendOnly) or is_history(m)]
    return walked + [guard for guards in _more for guard in guards()]


def is_history(model: type[models.Model]) -> bool:
    return any(f.name == "history_id" for f in model._meta.fields)


def frozen_columns(model: type[models.Model], *, but: set[str]) -> list[str]:
    """All columns of a table except the named fields' columns: what a state move must leave alone."""
    known = {f.name for f in model._meta.concrete_fields}
    if but - known:
        raise ValueError(f"unknown fields: {sorted(but - known)}")
    return [f.column for f in model._meta.concrete_fields if f.name not in but]


def changed(columns: list[str], vendor: str) -> str:
    """An SQL condition: any of the columns differs between OLD and NEW."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return "(" + " OR ".join(f'OLD."{c}" {differs} NEW."{c}"' for c in columns) + ")"


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of guards that should be in the database and are not."""
    return _expected(connection) - _present(connection)


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Write every guard anew, so that a changed definition replaces the old one. Tables not made yet are left out."""
    drop_guards(connection)
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in all_guards():
            if guard.table in tables:
                for statement in _statements(guard, connection.vendor):
                    cursor.execute(statement)


def drop_guards(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger of ours off: only around migrations, and around a flush in tests."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        present = _present(connection)
        for guard in all_guards():
            if guard.table not in tables:
                continue
            if connection.vendor == "sqlite":
                for name in set(guard.sqlite()) & present:
                    cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                for name in guard.postgresql_triggers():
                    cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"() CASCADE')


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Guards off for a moment. Tests use it around a flush; nothing in the product does."""
    drop_guards(connection)
    try:
        yield
    finally:
        install_guards(connection)


def drop_before_migrate(using: str, **_: Any) -> None:
    drop_guards(connections[using])


def install_after_migrate(using: str, **_: Any) -> None:
    install_guards(connections[using])


def _statements(guard: Guard, vendor: str) -> list[str]:
    return list(guard.sqlite().values()) if vendor == "sqlite" else guard.postgresql()


def _expected(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "sqlite":
        return {name for guard in all_guards() for name in guard.sqlite()}
    return {name for guard in all_guards() for name in guard.postgresql_triggers()}


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            # a disabled trigger guards nothing: tgenabled D counts as missing
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        return {row[0] for row in cursor.fetchall()}
