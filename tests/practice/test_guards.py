"""The database itself refuses: every guard attacked the ways rows are usually changed behind an application's back."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from consent.models import Area, Consent, ConsentText
from practice import guards
from practice.history import keep, keep_all
from practice.identifiers import new_id
from practice.models import AccessEntry, AppendOnly
from tests.cast import NOW, Cast, make_cast
from treatments.models import NeedlingSession, Site, Structure

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="INSERT OR REPLACE is SQLite's own")
SESSIONS, SITES = NeedlingSession._meta.db_table, Site._meta.db_table
ENTRIES = AccessEntry._meta.db_table


def refused(attack: Callable[[], Any]) -> None:
    """The attack fails as a broken rule of integrity, and the transaction around it lives on."""
    with pytest.raises(IntegrityError), transaction.atomic():
        attack()


def sql(statement: str, *values: Any) -> Callable[[], Any]:
    def attack() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return attack


def structure() -> Structure:
    Area.objects.get_or_create(key="shoulder", defaults={"label": "S", "kind": "area", "sidedness": "n/a", "sort": 1})
    values = {"name": "Infraspinatus", "kind": "muscle", "area_id": "shoulder", "laterality": "paired"}
    return Structure.objects.get_or_create(key="infraspinatus", defaults=values)[0]


def draft_of(cast: Cast, sites: int = 2) -> NeedlingSession:
    session = NeedlingSession(practice=cast.home, patient=cast.siobhan, practitioner=cast.anna, started_at=NOW,
                              written_at=NOW, plan="Review in a week.")  # fmt: skip
    keep(session, by=cast.anna, why="started")
    muscle = structure()
    rows = [Site(practice=cast.home, session=session, position=n, structure=muscle, side="left") for n in range(sites)]
    keep_all(rows, by=cast.anna, why="written")
    return session


def signed_of(cast: Cast) -> NeedlingSession:
    session = draft_of(cast)
    session.status, session.signed_at, session.signed_by = "signed", NOW, cast.anna
    session.content_sha256 = "a" * 64
    return keep(session, by=cast.anna, why="signed")


@pytest.fixture
def signed(cast: Cast) -> NeedlingSession:
    return signed_of(cast)


@pytest.fixture
def entry(cast: Cast) -> AccessEntry:
    row = AccessEntry(practice=cast.home, patient_id=cast.siobhan.pk, act="opened", kind="patient",
                      record_id=cast.siobhan.pk, surface="page")  # fmt: skip
    return keep(row, by=cast.anna, why="opened")


# ---- a signed session and its sites ---------------------------------------------------------------------------------
def test_a_draft_may_change_in_every_way(cast: Cast):
    session = draft_of(cast)
    NeedlingSession.objects.filter(pk=session.pk).update(plan="Other.")
    Site.objects.filter(session=session).update(depth_mm=10)
    Site.objects.filter(session=session).delete()
    assert session.sites.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": "Other."},
        {"needles_in": 3},
        {"signed_at": None},
        {"content_sha256": "b" * 64},
        {"started_at": NOW.replace(year=2020)},
        {"status": "discarded"},
        {"status": "draft", "plan": "Other.", "signed_at": None, "signed_by": None, "content_sha256": ""},
        {"status": "void", "void_reason": "x", "void_at": NOW, "plan": "Other."},
        {"version": F("version") + 1},
    ],
    ids=lambda changes: "+".join(changes),
)
def test_a_signed_session_keeps_its_content(signed: NeedlingSession, changes: dict[str, Any]):
    refused(lambda: NeedlingSession.objects.filter(pk=signed.pk).update(**changes))


def test_not_even_the_patient_of_a_signed_session_can_be_exchanged(cast: Cast, signed: NeedlingSession):
    refused(lambda: NeedlingSession.objects.filter(pk=signed.pk).update(patient=cast.xaver))


def test_a_signed_session_is_never_deleted(signed: NeedlingSession):
    refused(sql(f'DELETE FROM "{SESSIONS}"'))
    refused(lambda: NeedlingSession.objects.filter(pk=signed.pk)._raw_delete("default"))


def test_a_draft_is_never_deleted_either(cast: Cast):
    session = draft_of(cast, sites=0)
    refused(lambda: session.delete())


def test_raw_sql_changes_nothing_signed(signed: NeedlingSession):
    refused(sql(f"UPDATE \"{SESSIONS}\" SET plan = 'Other.'"))
    refused(sql(f'UPDATE "{SITES}" SET depth_mm = 90'))
    refused(sql(f'DELETE FROM "{SITES}"'))
    assert NeedlingSession.objects.get(pk=signed.pk).plan == "Review in a week."


def test_bulk_writing_changes_nothing_signed(cast: Cast, signed: NeedlingSession):
    sites = list(signed.sites.all())
    for site in sites:
        site.depth_mm = 90
    late = Site(practice=cast.home, session=signed, position=9, structure=structure(), side="left")
    refused(lambda: Site.objects.bulk_update(sites, ["depth_mm"]))
    refused(lambda: Site.objects.bulk_create([late]))
    refused(lambda: keep_all(sites, by=cast.anna, why="x"))


def test_no_site_comes_into_a_signed_session(cast: Cast, signed: NeedlingSession):
    refused(
        lambda: Site.objects.create(practice=cast.home, session=signed, position=9, structure=structure(), side="left")
    )


def test_no_site_moves_between_a_draft_and_a_signed_session(cast: Cast, signed: NeedlingSession):
    draft = draft_of(cast, sites=1)
    refused(lambda: Site.objects.filter(session=draft).update(session=signed, position=9))
    refused(lambda: Site.objects.filter(session=signed, position=0).update(session=draft, position=9))


def test_a_session_cannot_be_born_signed(cast: Cast):
    born = NeedlingSession(practice=cast.home, patient=cast.siobhan, practitioner=cast.anna, started_at=NOW,
                           written_at=NOW, status="signed", signed_at=NOW, signed_by=cast.anna, content_sha256="a" * 64)  # fmt: skip
    refused(lambda: born.save(force_insert=True))


def test_an_issued_session_is_not_reopened(cast: Cast, signed: NeedlingSession):
    NeedlingSession.objects.filter(pk=signed.pk).update(first_issued_at=NOW)
    reopened = {"status": "draft", "signed_at": None, "signed_by": None, "content_sha256": ""}
    refused(lambda: NeedlingSession.objects.filter(pk=signed.pk).update(**reopened))
    refused(lambda: NeedlingSession.objects.filter(pk=signed.pk).update(first_issued_at=None))


def test_the_moves_of_a_session_are_open(cast: Cast):
    reopened = {"status": "draft", "signed_at": None, "signed_by": None, "content_sha256": ""}
    assert NeedlingSession.objects.filter(pk=signed_of(cast).pk).update(**reopened) == 1
    voided = {"status": "void", "void_reason": "Wrong patient.", "void_at": NOW, "void_by": cast.anna}
    assert NeedlingSession.objects.filter(pk=signed_of(cast).pk).update(**voided) == 1


def test_a_void_session_is_as_frozen_as_a_signed_one(cast: Cast, signed: NeedlingSession):
    rows = NeedlingSession.objects.filter(pk=signed.pk)
    rows.update(status="void", void_reason="Wrong patient.", void_at=NOW, void_by=cast.anna)
    for changes in ({"status": "signed"}, {"status": "draft"}, {"void_reason": "x"}, {"plan": "x"}):
        refused(lambda changes=changes: rows.update(**changes))
    refused(lambda: Site.objects.filter(session=signed).delete())


# ---- what is written once -------------------------------------------------------------------------------------------
def test_an_access_entry_is_never_changed_or_deleted(entry: AccessEntry):
    rows = AccessEntry.objects.filter(pk=entry.pk)
    refused(lambda: rows.update(act="printed"))
    refused(rows.delete)
    refused(lambda: entry.save(force_update=True))
    refused(sql(f'DELETE FROM "{ENTRIES}"'))
    assert rows.get().act == "opened"


def test_no_history_row_is_ever_changed_or_deleted(signed: NeedlingSession):
    states = NeedlingSession.history.filter(id=signed.pk)
    refused(lambda: states.update(plan="Other."))
    refused(states.delete)
    refused(lambda: Site.history.all().delete())


def consent_of(cast: Cast) -> Consent:
    text = ConsentText(practice=cast.home, text_version=1, title="Dry needling", sections=[{}], risks=[{}],
                       scope_items=[{}], published_at=NOW)  # fmt: skip
    keep(text, by=cast.anna, why="published")
    consent = Consent(practice=cast.home, patient=cast.siobhan, text=text, decisions={"general": "given"},
                      method="verbal", obtained_by=cast.anna, given_at=NOW, valid_until=date(2027, 1, 1))  # fmt: skip
    return keep(consent, by=cast.anna, why="given")


def test_a_consent_and_its_published_words_stay(cast: Cast):
    consent = consent_of(cast)
    refused(lambda: Consent.objects.filter(pk=consent.pk).update(decisions={}))
    refused(lambda: ConsentText.objects.filter(pk=consent.text_id).update(title="Other"))
    refused(sql(f'DELETE FROM "{Consent._meta.db_table}"'))
    refused(sql(f'DELETE FROM "{ConsentText._meta.db_table}"'))


def test_every_append_only_and_every_history_table_has_its_guard():
    from django.apps import apps

    guarded = {guard.table for guard in guards.all_guards() if {"UPDATE", "DELETE"} <= set(guard.events)}
    owed = {m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly) or guards.is_history(m)}
    assert len(owed) > 10
    assert owed - guarded == set()


def test_guards_have_names_of_their_own():
    names = [guard.name for guard in guards.all_guards()]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 63 - len("_truncate")  # PostgreSQL cuts longer names


# ---- vendor's own ways around ---------------------------------------------------------------------------------------
@on_postgresql
@pytest.mark.parametrize("table", [SESSIONS, SITES, ENTRIES, f"{SESSIONS.replace('needling', 'historicalneedling')}"])
def test_nothing_is_truncated(signed: NeedlingSession, entry: AccessEntry, table: str):
    sql("SET CONSTRAINTS ALL IMMEDIATE")()  # otherwise PostgreSQL refuses for the foreign keys still to be checked
    refused(sql(f'TRUNCATE "{table}" CASCADE'))
    refused(sql('TRUNCATE "practice_practice" CASCADE'))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_no_site_slips_in_while_a_session_is_being_signed():
    """The site is written by another connection between the signing and its commit: one of the two has to give way."""
    cast = make_cast()
    session, muscle = draft_of(cast), structure()
    locked, outcome = threading.Event(), []

    def write_late() -> None:
        locked.wait(5)
        try:
            with transaction.atomic():
                Site.objects.create(practice=cast.home, session=session, position=9, structure=muscle, side="left")
            outcome.append("written")
        except DatabaseError as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=write_late)
    thread.start()
    with transaction.atomic():
        session.status, session.signed_at, session.signed_by, session.content_sha256 = (
            "signed",
            NOW,
            cast.anna,
            "a" * 64,
        )
        keep(session, by=cast.anna, why="signed")
        locked.set()
        thread.join(0.5)  # it waits for our lock
        assert thread.is_alive()
    thread.join(60)
    assert outcome == ["IntegrityError"]
    assert session.sites.count() == 2


@on_sqlite
def test_insert_or_replace_does_not_walk_past_a_guard(signed: NeedlingSession, entry: AccessEntry):
    for table in (SESSIONS, ENTRIES):
        refused(sql(f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"'))
    refused(sql(f'REPLACE INTO "{SITES}" SELECT * FROM "{SITES}"'))


@on_sqlite
def test_upserts_do_not_walk_past_a_guard(entry: AccessEntry):
    refused(
        sql(f'INSERT INTO "{ENTRIES}" SELECT * FROM "{ENTRIES}" WHERE true ON CONFLICT(id) DO UPDATE SET act=\'x\'')
    )


@on_sqlite
def test_the_pragmas_that_guards_rest_on_are_set(db: None):
    found = {}
    for name in ("recursive_triggers", "foreign_keys", "synchronous"):
        with connection.cursor() as cursor:
            found[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert found == {"recursive_triggers": 1, "foreign_keys": 1, "synchronous": 2}


# ---- their own life -------------------------------------------------------------------------------------------------
def test_a_migration_puts_every_guard_back(db: None):
    guards.drop_guards(connection)
    assert len(guards.missing(connection)) > 20
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == set()


def test_installing_twice_changes_nothing(db: None):
    guards.install_guards(connection)
    guards.install_guards(connection)
    assert guards.missing(connection) == set()


def test_lifted_guards_come_back_even_after_a_fault(entry: AccessEntry):
    def breaks_while_lifted() -> None:
        with guards.lifted(connection):
            assert guards.missing(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_while_lifted()
    assert guards.missing(connection) == set()


def test_identifiers_are_ordered_by_time():
    made = [new_id() for _ in range(50)]
    assert made == sorted(made)
    assert {i.version for i in made} == {7}
    assert timezone.now() > NOW.replace(year=2000)
