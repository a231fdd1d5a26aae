"""What a database really holds, as lines that can be compared: tables with their columns and constraints, indexes, triggers
and functions. The order of columns counts for nothing."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, list[str]]  # sorted lines by kind

ON_POSTGRESQL = {
    "columns": "SELECT table_name, column_name, udt_name, character_maximum_length, numeric_precision, numeric_scale,"
               " is_nullable, column_default, collation_name, identity_generation"
               " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                   " WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT p.oid::regprocedure, prosrc FROM pg_proc p LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'"
                 " WHERE pronamespace = 'public'::regnamespace AND d.objid IS NULL",
    "extensions": "SELECT extname FROM pg_extension",
}  # fmt: skip


def schema(connection: Any) -> Schema:
    read = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    return {kind: sorted(lines) for kind, lines in read(connection).items()}


def _of_postgresql(connection: Any) -> Schema:
    found = {}
    with connection.cursor() as cursor:
        for kind, asks in ON_POSTGRESQL.items():
            cursor.execute(asks)
            found[kind] = [" ".join(str(value) for value in row) for row in cursor.fetchall()]
    return found


def _of_sqlite(connection: Any) -> Schema:
    found: Schema = {"columns and constraints": [], "indexes": [], "triggers": []}
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        for kind, name, table, sql in cursor.fetchall():
            if kind == "table" and sql.startswith("CREATE TABLE"):
                found["columns and constraints"] += [f"{table}: {part}" for part in _parts(sql)]
            else:
                found["triggers" if kind == "trigger" else "indexes"].append(f"{name}: {sql}")
    return found


def _parts(sql: str) -> Iterator[str]:
    """Columns and constraints of CREATE TABLE x (...), each by itself."""
    depth, quote, part = 0, "", ""
    for letter in sql[sql.index("(") + 1 : sql.rindex(")")]:
        quote = "" if letter == quote else quote or (letter if letter in "'\"" else "")
        depth += 0 if quote else {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quote:
            yield part.strip()
            part = ""
        else:
            part += letter
    yield part.strip()
