"""How long a record is kept, what stands against destroying it, and what two people destroy: nothing else goes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from consent import scans
from consent.models import ConsentScan
from patients import actions, destroying, retention
from patients.actions.attachments import FILES
from patients.models import DestroyedRecord, Destruction, LegalHold, Patient
from practice import guards
from practice.actions import issue_token
from practice.history import destroy
from practice.models import AccessEntry, DestructionPermit, OutgoingEmail
from reports.models import Document
from tests.cast import NOW, Cast, api_as, make_patient, page_as
from tests.races import at_once, on_postgresql
from tests.reports.mailing import a_document
from tests.world import World, make_world
from treatments.models import NeedlingSession, Site

PASSWORD = "a needle in a haystack"
LATER = NOW + timedelta(days=366 * 9)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.mark.parametrize(("country", "born", "last", "until", "childs"), [
    ("AU", date(1980, 1, 1), date(2026, 11, 24), date(2033, 11, 24), False),
    ("AU", date(2010, 5, 1), date(2026, 11, 24), date(2035, 5, 1), True),
    ("AU", date(2008, 11, 25), date(2026, 11, 24), date(2033, 11, 25), True),
    ("AU", date(2008, 11, 24), date(2026, 11, 24), date(2033, 11, 24), False),  # eighteen that day
    ("AU", date(2008, 2, 29), date(2010, 1, 1), date(2033, 3, 1), True),
    ("AU", date(1980, 1, 1), date(2024, 2, 29), date(2031, 3, 1), False),
    ("NZ", date(1980, 1, 1), date(2026, 11, 24), date(2036, 11, 24), False),
    ("US", date(1980, 1, 1), date(2026, 11, 24), date(2033, 11, 24), False),
    ("ZZ", date(1980, 1, 1), date(2026, 11, 24), date(2036, 11, 24), False),
])  # fmt: skip
def test_a_record_is_kept_by_the_rule_of_the_country(country, born, last, until, childs):
    kept = retention.keeping(born=born, last_entry_on=last, country=country)

    assert (kept.until, kept.is_a_childs) == (until, childs)
    assert (kept.is_over(until), kept.is_over(until - timedelta(days=1))) == (True, False)


def may(client: Any) -> Any:
    """Somebody who has just entered their password."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def with_passwords(cast: Cast) -> None:
    for person in (cast.ben, cast.anna):
        person.set_password(PASSWORD)
        person.save()


def proposed(world: World, *, at: Any = LATER) -> Destruction:
    return actions.propose_destruction(patient=world.patient, reason="Time is over", by=world.cast.anna, at=at)


def confirmed(row: Destruction, by: Any, *, at: Any = LATER) -> DestroyedRecord:
    return actions.confirm_destruction(pk=row.pk, by=by, at=at, version=row.version)


def test_the_newest_entry_counts_and_a_hold_is_none(world):
    cast = world.cast
    kept = destroying.keeping_of(world.patient)
    actions.set_hold(patient=world.patient, reason="Claim", by=cast.anna)

    assert destroying.keeping_of(world.patient) == kept
    body = api_as(cast.dana).get(f"/api/v1/patients/{world.patient.pk}/retention").json()
    assert (body["keep_until"], body["legal_hold"], body["may_be_destroyed"]) == (kept.until.isoformat(), True, False)
    page = page_as(cast.dana).get(f"/patients/{world.patient.pk}/details").content.decode()
    assert f"{kept.until.day} {kept.until:%B %Y}" in page
    assert "Legal hold" in page


def test_before_its_time_a_record_is_not_proposed(world):
    kept = destroying.keeping_of(world.patient)
    with pytest.raises(actions.NotYet, match=f"{kept.until:%Y}"):
        proposed(world, at=NOW)
    assert not Destruction.objects.exists()


def test_two_people_are_needed_in_the_action_and_in_the_database(world):
    row = proposed(world)
    with pytest.raises(actions.TwoPeople):
        confirmed(row, world.cast.anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.filter(pk=row.pk).update(state="destroyed", confirmed_by=world.cast.anna)
    assert Patient.objects.filter(pk=world.patient.pk).exists()


def test_a_hold_set_meanwhile_stops_it_and_only_a_manager_lifts_it(world):
    cast, row = world.cast, proposed(world)
    hold = actions.set_hold(patient=world.patient, reason="Complaint", by=cast.anna)
    with pytest.raises(actions.Held):
        confirmed(row, cast.ben)

    path, seen = f"/api/v1/legal-holds/{hold.pk}/lift", {"If-Match": '"1"'}
    for who in ("ben", "dana", "olga", "zoe"):
        assert api_as(cast.person(who)).post(path, {"reason": "x"}, format="json", headers=seen).status_code == 403
    assert api_as(cast.anna).post(path, {"reason": ""}, format="json", headers=seen).status_code == 400
    assert api_as(cast.anna).post(path, {"reason": "Settled"}, format="json", headers=seen).status_code == 200
    assert confirmed(row, cast.ben).record_number == world.patient.record_number


def test_everything_of_the_person_goes_and_nothing_of_anybody_else(world):
    cast, patient = world.cast, world.patient
    world.make_everything()
    actions.lift_hold(pk=world.hold.pk, reason="Settled", by=world.cast.anna, at=NOW, version=world.hold.version)
    document = a_document(world)
    other = make_patient(cast.anna, record_number=77, family_name="Stays", date_of_birth=date(1970, 1, 1))
    page_as(cast.ben).get(f"/patients/{patient.pk}")
    rows = destroying.everything_of(patient)
    looked = AccessEntry.objects.count()
    row = proposed(world)
    entry = confirmed(row, cast.ben)

    for model, keys in rows.items():
        assert not model._base_manager.filter(pk__in=keys).exists(), model
        if hasattr(model, "history"):
            assert not model.history.filter(id__in=keys).exists(), model
    assert not Document.objects.filter(pk=document.pk).exists()
    assert (entry.record_number, entry.name, entry.proposed_by, entry.created_by) == (
        1,
        "Siobhán O'Neill",
        cast.anna,
        cast.ben,
    )
    assert (len(entry.sha256), entry.rows[Site._meta.db_table] > 0) == (64, True)
    assert Patient.objects.filter(pk=other.pk).exists()
    assert Patient.objects.filter(pk=cast.xaver.pk).exists()
    assert AccessEntry.objects.count() == looked
    assert not DestructionPermit.objects.exists()
    assert not OutgoingEmail.objects.filter(about__patient=str(patient.pk)).exists()
    assert guards.missing(connection) == set()


def test_the_database_has_no_row_that_points_nowhere_afterwards(world):
    world.make_everything()
    actions.lift_hold(pk=world.hold.pk, reason="Settled", by=world.cast.anna, at=NOW, version=world.hold.version)
    confirmed(proposed(world), world.cast.ben)

    connection.check_constraints()


def test_a_file_goes_only_when_the_rows_are_gone_for_certain(world, django_capture_on_commit_callbacks):
    scan = ConsentScan.objects.get(pk=world.scan.pk).stored_as
    files = [(scans.STORE, scan), (FILES, world.attachment.stored_as)]
    row = proposed(world)
    with django_capture_on_commit_callbacks() as waiting:
        confirmed(row, world.cast.ben)
    assert [store.read(name) is not None for store, name in files] == [True, True]
    for drop in waiting:
        drop()

    assert [store.read(name) for store, name in files] == [None, None]


def test_every_kind_of_row_that_keeps_a_file_says_how_it_is_dropped():
    reached, fresh = {Patient}, [Patient]
    while fresh:
        fresh = [child for model in fresh for child, _ in destroying._children(model) if child not in reached]
        reached |= set(fresh)
    with_files = [m for m in reached if "stored_as" in {f.name for f in m._meta.concrete_fields}]

    assert [m.__name__ for m in with_files if not destroying.keeps_files(m)] == []


def test_the_guards_stand_for_everything_no_two_people_decided(world):
    cast, rows = world.cast, destroying.everything_of(world.patient)
    row = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        destroy(rows, destruction=row.pk)  # proposed, not confirmed
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionPermit.objects.create(destruction=world.patient.pk, table="x", row="y")
    done = confirmed(row, cast.ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        DestructionPermit.objects.create(destruction=row.pk, table="x", row="y")  # it has ended
    for keeper in (DestroyedRecord.objects.filter(pk=done.pk), Destruction.objects.filter(pk=row.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            keeper._raw_delete("default")
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.filter(pk=row.pk).update(reason="Other")


def test_a_confirmed_destruction_lets_nothing_else_go(world):
    """Even in the transaction that destroys, a row that is not named stays."""
    cast = world.cast
    row = proposed(world)
    with transaction.atomic():
        Destruction.objects.filter(pk=row.pk).update(state="confirmed", confirmed_by=cast.ben)
        DestructionPermit.objects.create(destruction=row.pk, table="treatments_site", row="0")
        with pytest.raises(IntegrityError), transaction.atomic():
            NeedlingSession.objects.filter(pk=world.signed.pk)._raw_delete("default")
        with pytest.raises(IntegrityError), transaction.atomic():
            NeedlingSession.history.filter(id=world.signed.pk)._raw_delete("default")
        transaction.set_rollback(True)


def test_the_page_asks_for_the_password_the_number_and_a_second_person(world):
    cast = world.cast
    row = proposed(world)
    path = f"/patients/destructions/{row.pk}"
    with_passwords(cast)
    ben = page_as(cast.ben)
    assert "reauthenticate" in ben.post(path, {"number": "1"})["Location"]
    wrong = may(page_as(cast.ben)).post(path, {"number": "2", "version": row.version})
    assert (wrong.status_code, "another number" in str(wrong.context["form"].errors["number"])) == (422, True)
    mine = may(page_as(cast.anna)).get(path).content.decode()
    assert "Somebody else has to look at it" in mine
    early = may(page_as(cast.ben)).post(path, {"number": "000001", "version": row.version})
    assert "has to be kept until" in early.content.decode()  # by the clock of today it is too early
    assert page_as(cast.zoe).get(path).status_code == 404
    assert page_as(cast.dana).get(path).status_code == 403


def test_the_api_asks_the_same_and_takes_no_token(world):
    cast = world.cast
    row = proposed(world)
    with_passwords(cast)

    def confirm(client: Any) -> tuple[int, str]:
        path, seen = f"/api/v1/destructions/{row.pk}/confirm", {"If-Match": f'"{row.version}"'}
        answer = client.post(path, {}, content_type="application/json", headers=seen)
        return answer.status_code, answer.json()["code"]

    assert confirm(page_as(cast.ben)) == (409, "reauthentication_needed")
    assert confirm(may(page_as(cast.anna))) == (409, "two_people")
    assert confirm(may(page_as(cast.ben))) == (409, "kept_longer")  # by the clock of today it is too early
    assert confirm(page_as(cast.dana)) == (403, "forbidden")
    issued = issue_token(person=cast.ben, name="Robot", days=30, by=cast.anna, at=timezone.now())
    seen = {"If-Match": f'"{row.version}"', "Authorization": f"Bearer {issued.secret}"}
    answer = api_as(None).post(f"/api/v1/destructions/{row.pk}/confirm", {}, format="json", headers=seen)
    assert (answer.status_code, answer.json()["code"]) == (409, "person_needed")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_in_one_moment_destroy_once(world):
    row = proposed(world)
    said = at_once([lambda: confirmed(row, world.cast.ben)] * 2, refusals=(Exception,))

    assert sum(isinstance(answer, Exception) for answer in said) == DestroyedRecord.objects.count() == 1
    assert not Patient.objects.filter(pk=world.patient.pk).exists()
    assert not DestructionPermit.objects.exists()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_hold_of_the_same_moment_saves_the_record_or_comes_too_late(world):
    row = proposed(world)
    at_once(
        [
            lambda: confirmed(row, world.cast.ben),
            lambda: actions.set_hold(patient=world.patient, reason="Claim", by=world.cast.anna),
        ],
        refusals=(Exception,),
    )

    held = LegalHold.objects.filter(patient_id=world.patient.pk, lifted_at=None).exists()
    assert Patient.objects.filter(pk=world.patient.pk).exists() == held
    assert DestroyedRecord.objects.exists() != held


def test_withdrawn_it_is_over_and_may_be_proposed_again(world):
    row = proposed(world)
    with pytest.raises(Exception, match="proposed already"), transaction.atomic():
        proposed(world)
    actions.withdraw_destruction(pk=row.pk, by=world.cast.ben, at=LATER, version=row.version)
    assert proposed(world).state == "proposed"


def test_a_stranger_and_the_wrong_role_are_told_nothing(world):
    cast = world.cast
    hold = actions.set_hold(patient=world.patient, reason="Claim of O'Neill", by=cast.anna)
    assert api_as(cast.zoe).get(f"/api/v1/legal-holds/{hold.pk}").status_code == 404
    assert api_as(cast.dana).get("/api/v1/legal-holds").status_code == 403
    for who in ("ben", "dana", "olga"):
        answer = page_as(cast.person(who)).post(f"/patients/{world.patient.pk}/holds", {"reason": "x"})
        assert answer.status_code == 403
    assert LegalHold.objects.count() == 1


def test_a_merged_person_goes_whole(world):
    cast = world.cast
    winner = make_patient(cast.anna, record_number=9, family_name="O'Neill", date_of_birth=date(1988, 2, 29))
    actions.merge_patients(winner=winner.pk, loser=world.patient.pk, by=cast.anna, at=NOW)
    held = actions.set_hold(patient=Patient.objects.get(pk=world.patient.pk), reason="Claim", by=cast.anna)
    assert held.patient == winner
    actions.lift_hold(pk=held.pk, reason="Settled", by=cast.anna, at=NOW, version=held.version)
    row = actions.propose_destruction(patient=winner, reason="Time is over", by=cast.anna, at=LATER)
    entry = confirmed(row, cast.ben)

    assert (entry.record_number, entry.other_record_numbers) == (9, [1])
    assert not Patient.objects.filter(pk__in=[winner.pk, world.patient.pk]).exists()
    connection.check_constraints()
