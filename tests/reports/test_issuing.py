"""Documents as issued: stored with their digest, superseded and never overwritten, and who may."""

from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from practice.models import AccessEntry
from reports import actions
from reports.models import Document
from tests.cast import Cast, api_as, page_as
from tests.world import SIGNED_AT, World, make_world
from treatments import actions as treatment_actions
from treatments.models import NeedlingSession


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def issue(world, who="anna", kind="patient_summary", session=None):
    session = session or world.signed
    return actions.issue_document(session_pk=session.pk, kind=kind, by=world.cast.person(who), at=SIGNED_AT)


@pytest.mark.parametrize("kind", ["patient_summary", "clinical_record"])
def test_the_bytes_are_stored_with_their_digest(world, kind):
    document = Document.objects.get(pk=issue(world, kind=kind).pk)

    assert bytes(document.content).startswith(b"%PDF-")
    assert document.sha256 == sha256(bytes(document.content)).hexdigest()
    assert (document.patient, document.session, document.pages >= 1) == (world.patient, world.signed, True)


def test_issuing_again_supersedes_and_keeps_the_one_before(world):
    first, second = issue(world), issue(world)

    assert second.supersedes == first
    assert Document.objects.exclude(kind="full_record").count() == 2


def test_the_first_issue_ends_the_grace(world):
    issue(world)
    signed = NeedlingSession.objects.get(pk=world.signed.pk)

    assert signed.first_issued_at == SIGNED_AT
    with pytest.raises(treatment_actions.refusals.GraceOver):
        treatment_actions.reopen_session(pk=signed.pk, by=world.cast.anna, at=SIGNED_AT, version=signed.version)


def test_a_draft_has_no_documents(world):
    with pytest.raises(actions.NothingToIssue):
        issue(world, session=world.draft)


@pytest.mark.parametrize(("who", "kind", "error"), [
    ("dana", "patient_summary", None),
    ("dana", "clinical_record", PermissionDenied),
    ("olga", "patient_summary", PermissionDenied),
    ("robo", "patient_summary", PermissionDenied),
    ("zoe", "patient_summary", Http404),
])  # fmt: skip
def test_each_role_issues_what_it_may(world, who, kind, error):
    if error is None:
        assert issue(world, who, kind).created_by == world.cast.person(who)
        return
    with pytest.raises(error):
        issue(world, who, kind)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_an_issued_document_is_never_changed(world, change):
    issue(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.update(pages=9) if change == "update" else Document.objects.all().delete()


def test_the_program_and_the_page_serve_the_same_bytes_and_note_it(world):
    document = issue(world)
    by_api = api_as(world.cast.anna).get(f"/api/v1/documents/{document.pk}/content")
    by_page = page_as(world.cast.anna).get(f"/documents/{document.pk}")

    assert by_api.content == by_page.content == bytes(Document.objects.exclude(kind="full_record").get().content)
    assert by_page["Content-Disposition"] == f'inline; filename="{document.number}.pdf"'
    assert [e.act for e in AccessEntry.objects.order_by("created_at")] == ["exported", "printed"]


def test_no_name_of_a_patient_is_in_an_address_or_a_file_name(world):
    document = issue(world)

    assert "neill" not in document.number.lower()


def test_a_program_issues_and_lists(world):
    anna = api_as(world.cast.anna)
    made = anna.post("/api/v1/documents", {"kind": "patient_summary", "session": str(world.signed.pk)}, format="json")
    listed = anna.get(f"/api/v1/documents?session={world.signed.pk}").json()["results"]

    assert (made.status_code, [row["id"] for row in listed]) == (201, [made.json()["id"]])


@pytest.mark.parametrize(("body", "field"), [
    ({"kind": "novel"}, "kind"),
    ({"kind": 5}, "kind"),
    ({"session": "x"}, "session"),
    ({"session": None}, "session"),
    ({"unknown": 1}, "unknown"),
])  # fmt: skip
def test_bad_bodies_are_named(world, body, field):
    sent = {"kind": "patient_summary", "session": str(world.signed.pk)} | body
    answer = api_as(world.cast.anna).post("/api/v1/documents", sent, format="json")

    assert (answer.status_code, Document.objects.exclude(kind="full_record").count()) == (400, 0)
    assert field in [e["field"] for e in answer.json()["errors"]]


def test_a_void_session_prints_its_reason_on_the_record(world):
    treatment_actions.void_session(pk=world.signed.pk, reason="Wrong day", by=world.cast.anna, at=SIGNED_AT,
                                   version=world.signed.version)  # fmt: skip

    assert issue(world, kind="clinical_record").pages >= 1
