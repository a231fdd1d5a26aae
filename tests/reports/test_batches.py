"""A day printed at once: nothing twice, nothing lost, nobody's page on another's back."""

import tempfile
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import pdf_reading
from practice.models import AccessEntry, Clinic
from reports import actions, binding, checking
from reports.actions import batches
from reports.actions.documents import issue_summaries
from reports.drawing import patient_summary
from reports.models import Document, PrintBatch, PrintProblem
from tests.cast import NOW, Cast, api_as, page_as
from tests.world import SIGNED_AT, World, make_world, sign, start
from treatments import actions as treatment_actions
from treatments.models import NeedlingSession

LATER = SIGNED_AT + timedelta(minutes=30)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.fixture
def day(world):
    """Three signed sessions: two of Anna's, one of Ben's."""
    anna, ben = world.cast.anna, world.cast.ben
    sign(start(world.patient, anna, started_at=NOW + timedelta(minutes=2), clinic=world.clinic.pk), anna)
    sign(start(world.patient, ben, started_at=NOW + timedelta(minutes=4)), ben)
    return world.cast.home.local_date(NOW)


def order(world, day, who="anna", kind="patient_summary", **more):
    return actions.order_batch(day=day, kind=kind, by=world.cast.person(who), at=SIGNED_AT, **more)


def finish(batch):
    while actions.print_some(LATER):
        pass
    return PrintBatch.objects.get(pk=batch.pk)


def test_every_signed_session_of_the_day_gets_its_document(world, day):
    batch = finish(order(world, day))
    made = list(Document.objects.filter(batch=batch))

    assert sorted(str(d.session_id) for d in made) == sorted(batch.sessions)
    assert actions.progress_of(batch) == batches.Progress(3, 0, 3)
    assert batch.finished_at == LATER


@pytest.mark.parametrize(
    ("more", "count"), [({"clinic": True}, 1), ({"practitioner": "ben"}, 1), ({"practitioner": "anna"}, 2)]
)
def test_it_can_be_one_clinic_or_one_practitioner(world, day, more, count):
    chosen = {"clinic": world.clinic} if "clinic" in more else {"practitioner": world.cast.person(more["practitioner"])}
    assert len(order(world, day, **chosen).sessions) == count


def test_the_day_is_the_practices_day(world, day):
    with pytest.raises(actions.NothingThatDay):
        order(world, NOW.date() - timedelta(days=1) if NOW.date() == day else NOW.date())


def test_killed_in_the_middle_the_next_worker_goes_on_and_makes_nothing_twice(world, day, monkeypatch):
    batch = order(world, day)
    part = batches._print_part

    def killed(batch, pks, *, at):
        if Document.objects.filter(batch=batch).count() == 2:
            raise KeyboardInterrupt
        part(batch, pks, at=at)

    monkeypatch.setattr(batches, "TOGETHER", 1)
    monkeypatch.setattr(batches, "_print_part", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.print_some(LATER)
    monkeypatch.setattr(batches, "_print_part", part)

    assert actions.print_some(LATER) == 0  # still leased to the worker that died
    assert actions.print_some(LATER + batches.LEASE + timedelta(seconds=1)) == 1
    assert Document.objects.filter(batch=batch).count() == 3


def test_the_database_lets_nobody_print_one_session_twice_in_a_batch(world, day):
    batch = order(world, day)
    batches._print_one(batch, world.signed.pk, at=LATER)
    batches._print_one(batch, world.signed.pk, at=LATER)

    assert Document.objects.filter(batch=batch).count() == 1


def test_a_slice_is_bounded_and_the_next_round_takes_the_rest(world, day, monkeypatch):
    monkeypatch.setattr(batches, "SLICE", 2)
    batch = order(world, day)

    assert [actions.print_some(LATER) for _ in range(3)] == [2, 1, 0]
    assert PrintBatch.objects.get(pk=batch.pk).finished_at == LATER


def test_what_cannot_be_made_is_said_and_the_rest_goes_on(world, day, monkeypatch):
    check, wrong = checking.check, []

    def strict(content, *, pages, name, record_number):
        if not wrong or (Document.objects.filter(batch__isnull=False).exists() and len(wrong) == 1):
            wrong.append(pages)  # the first of the three, and once more when it is made alone
            raise checking.WrongPaper("page 1 does not carry the record number")
        check(content, pages=pages, name=name, record_number=record_number)

    monkeypatch.setattr(checking, "check", strict)
    batch = finish(order(world, day))

    assert actions.progress_of(batch) == batches.Progress(2, 1, 3)
    assert "failed its check" in PrintProblem.objects.get().reason
    assert "failed its check" in page_as(world.cast.anna).get(f"/documents/print/{batch.pk}").text


def test_a_session_made_void_after_the_order_prints_as_void(world, day):
    batch = order(world, day)
    session = world.signed
    treatment_actions.void_session(pk=session.pk, reason="Wrong", by=world.cast.anna, at=LATER, version=session.version)

    assert actions.progress_of(finish(batch)).done == 3


def test_changed_while_the_others_are_drawn_nothing_is_stored_of_what_was_read_before(world, day, monkeypatch):
    batch, render, session = order(world, day), patient_summary.render, world.signed

    def slow(content):
        current = NeedlingSession.objects.get(pk=session.pk)
        if current.status == NeedlingSession.Status.SIGNED:
            treatment_actions.void_session(
                pk=session.pk, reason="Wrong", by=world.cast.anna, at=LATER, version=current.version
            )
        return render(content)

    monkeypatch.setattr(patient_summary, "render", slow)
    finish(batch)

    made = Document.objects.get(batch=batch, session=session)
    assert made.source_versions["session"] == NeedlingSession.objects.get(pk=session.pk).version
    assert "VOID" in " ".join(pdf_reading.texts(bytes(made.content))).upper()
    assert Document.objects.filter(batch=batch).count() == 3


def test_a_day_printed_again_takes_the_place_of_what_was_issued_before(world, day):
    alone = actions.issue_document(session_pk=world.signed.pk, kind="patient_summary", by=world.cast.anna, at=SIGNED_AT)
    first, second = finish(order(world, day)), finish(order(world, day))

    of_first = Document.objects.get(batch=first, session=world.signed)
    assert of_first.supersedes == alone
    assert Document.objects.get(batch=second, session=world.signed).supersedes == of_first
    assert Document.objects.filter(superseded_by=None, kind="patient_summary").count() == 3


def test_a_part_of_the_day_is_read_and_stored_in_as_many_queries_however_many_they_are(world, day):
    def cost(count):
        batch = order(world, day)
        with CaptureQueriesContext(connection) as queries:
            done = issue_summaries(
                session_pks=[UUID(pk) for pk in batch.sessions[:count]], by=world.cast.anna, at=LATER, batch=batch
            )
        assert len(done) == count
        return len(queries)

    cost(3)  # from now on each has been issued once
    assert cost(2) == cost(3)


def test_every_session_of_a_day_is_noted_as_issued_with_its_history(world, day):
    batch = finish(order(world, day))

    for session in NeedlingSession.objects.filter(pk__in=batch.sessions):
        assert session.first_issued_at == LATER
        assert session.history.first().history_change_reason == "first document issued"
        assert session.history.first().history_user == world.cast.anna


def test_stopped_it_makes_no_more_and_keeps_what_there_is(world, day, monkeypatch):
    monkeypatch.setattr(batches, "SLICE", 1)
    batch = order(world, day)
    actions.print_some(LATER)
    batch.refresh_from_db()
    stopped = actions.stop_batch(pk=batch.pk, by=world.cast.anna, at=LATER, version=batch.version)

    assert actions.print_some(LATER) == 0
    assert actions.bound(stopped).pages == 2


def test_while_it_is_bound_no_page_lies_on_the_disk_under_a_name(world, day, monkeypatch, tmp_path):
    """A process that is killed takes its files with it."""
    batch, join, lying = finish(order(world, day)), binding._joined, []
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def look(parts, target):
        lying.extend((tmp_path / "temporary").rglob("*"))
        return join(parts, target)

    monkeypatch.setattr(binding, "_joined", look)
    actions.bound(batch).file.close()

    assert lying == []


@pytest.mark.parametrize(("both_sides", "pages"), [(True, 6), (False, 3)])
def test_bound_every_document_begins_on_a_sheet_of_its_own(world, day, both_sides, pages):
    batch = finish(order(world, day, both_sides=both_sides))
    bound = actions.bound(batch)
    content = bound.file.read()
    texts = pdf_reading.texts(content)

    assert bound.pages == len(texts) == pages
    assert [bool(text.strip()) for text in texts] == ([True, False] * 3 if both_sides else [True] * 3)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == pages


def test_very_many_come_in_files_of_a_bounded_size_and_none_is_left_out(world, day, monkeypatch):
    monkeypatch.setattr(batches, "VOLUME", 2)
    batch = finish(order(world, day, both_sides=False))
    page, api = page_as(world.cast.anna), api_as(world.cast.anna)

    told = page.get(f"/documents/print/{batch.pk}").text
    assert "in 2 files" in told
    assert "Open 1 to 2" in told
    assert "Open 3 to 3" in told
    files = [actions.bound(batch, volume=number) for number in (1, 2)]
    assert [file.pages for file in files] == [2, 1]
    held = [document for file in files for _, document in file.holds]
    assert held == batches._in_order(batch)

    progress = api.get(f"/api/v1/print-batches/{batch.pk}/progress").json()
    assert progress["volumes"] == 2
    for nowhere in ("0", "3", "-1", "x", "²"):
        assert page.get(f"/documents/print/{batch.pk}/pdf?volume={nowhere}").status_code == 404
        assert api.get(f"/api/v1/print-batches/{batch.pk}/content?volume={nowhere}").status_code == 404
    assert page.get(f"/documents/print/{batch.pk}/pdf?volume=2").status_code == 200


def test_a_document_that_is_not_its_patients_is_not_bound(world, day):
    batch = finish(order(world, day))
    leaves = list(batches._documents(batches._in_order(batch)))
    wrong = binding.Leaf(
        leaves[0].content, 1, leaves[0].sha256, leaves[0].patient_id, leaves[0].document_id, "Somebody Else", 1
    )
    with pytest.raises(checking.WrongPaper):
        binding.bind([*leaves, wrong], both_sides=True)


def test_it_is_not_bound_while_some_are_missing(world, day):
    with pytest.raises(actions.StillPrinting):
        actions.bound(order(world, day))


@pytest.mark.parametrize(("who", "kind", "error"), [
    ("dana", "patient_summary", None), ("dana", "clinical_record", PermissionDenied), ("olga", "patient_summary", PermissionDenied),
    ("robo", "patient_summary", PermissionDenied), ("zoe", "patient_summary", actions.NothingThatDay),
])  # fmt: skip
def test_who_may_order(world, day, who, kind, error):
    if error is None:
        assert len(order(world, day, who, kind).sessions) == 3
        return
    with pytest.raises(error):
        order(world, day, who, kind)


def test_too_many_at_once_is_said(world, day, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    with pytest.raises(ValidationError):
        order(world, day)


def test_page_order_progress_and_print(world, day):
    dana = page_as(world.cast.dana)
    ordered = dana.post("/documents/print", {"day": day.isoformat(), "kind": "patient_summary", "both_sides": "on"})
    address = ordered["Location"]
    waiting = dana.get(address).text
    call_command("worker", once=True)
    ready = dana.get(address, headers={"HX-Request": "true"}).text
    pdf = dana.get(f"{address}/pdf")

    assert 'hx-trigger="every 2s"' in waiting
    assert "3 of 3 made" in ready
    assert "hx-trigger" not in ready
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    assert AccessEntry.objects.filter(act="printed").count() == 3


def test_program_order_progress_and_content(world, day):
    anna = api_as(world.cast.anna)
    body = {"day": day.isoformat(), "kind": "clinical_record", "clinic": str(world.clinic.pk)}
    made = anna.post("/api/v1/print-batches", body, format="json").json()
    early = anna.get(f"/api/v1/print-batches/{made['id']}/content")
    call_command("worker", once=True)
    progress = anna.get(f"/api/v1/print-batches/{made['id']}/progress").json()

    assert (early.status_code, early.json()["code"]) == (409, "still_printing")
    assert progress == {"done": 1, "failed": 0, "left": 0, "total": 1, "volumes": 1}
    assert anna.get(f"/api/v1/print-batches/{made['id']}/content").status_code == 200
    assert api_as(world.cast.dana).get(f"/api/v1/print-batches/{made['id']}").status_code == 404


def test_an_empty_day_says_so_on_page_and_program(world):
    body = {"day": "2020-01-01", "kind": "patient_summary"}
    assert actions.NothingThatDay.message in page_as(world.cast.dana).post("/documents/print", body).text
    assert (
        api_as(world.cast.dana).post("/api/v1/print-batches", body, format="json").json()["detail"]
        == actions.NothingThatDay.message
    )
    assert Clinic.objects.count() == 1


def test_a_session_that_is_gone_when_the_others_are_stored_leaves_all_of_them_to_be_made_alone(world, day, monkeypatch):
    batch, note = order(world, day), treatment_actions.note_first_issues
    gone = world.signed.pk

    def without_one(**named):
        return {pk: row for pk, row in note(**named).items() if pk != gone}

    monkeypatch.setattr(treatment_actions, "note_first_issues", without_one)
    pks = [UUID(pk) for pk in batch.sessions]
    assert issue_summaries(session_pks=pks, by=world.cast.anna, at=LATER, batch=batch) == set()
    assert not Document.objects.filter(batch=batch).exists()
