"""A record that was asked for: its clock, the paper, the data beside it, how it ends; and refused corrections."""

import json
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from patients import actions as patient_actions
from practice import pdf_reading
from practice.models import AccessEntry
from reports import actions, archive
from reports.actions import record_requests
from reports.models import Document, RecordPackage, RecordRequest, RefusedCorrection
from tests.cast import NOW, Cast, api_as, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, Way
from tests.world import A_CORRECTION, A_REQUEST, SIGNED_AT, World, attach, make_world, sign, start
from treatments import actions as treatment_actions


@pytest.fixture
def world(cast: Cast) -> World:
    made = make_world(cast)
    made.make_everything()
    return made


def text_of(document: Document) -> str:
    return " ".join(pdf_reading.texts(bytes(document.content)))


def packed(world: World) -> bytes:
    return b"".join(actions.package_pieces(RecordPackage.objects.get(request=world.record_request)))


def test_the_clock_is_thirty_days_from_the_day_it_came(cast: Cast):
    request = actions.receive_request(patient=cast.siobhan, values=A_REQUEST, by=cast.dana, at=NOW)
    assert request.due_on == request.received_on + timedelta(days=30)
    assert request.days_left(request.received_on) == 30


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"asked_by": "lawyer"},
         {"authority": ["Say what gives them the right: a signed authority, a court order, guardianship."]}),
        ({"received_on": date(2027, 1, 1)}, {"received_on": ["This day lies in the future."]}),
    ],
)  # fmt: skip
def test_who_has_no_right_said_gets_no_clock(cast: Cast, changes: dict[str, Any], problem: dict[str, list[str]]):
    with pytest.raises(ValidationError) as refused:
        actions.receive_request(patient=cast.siobhan, values=A_REQUEST | changes, by=cast.dana, at=NOW)
    assert refused.value.message_dict == problem


def test_the_paper_holds_everything_that_there_is(world: World):
    void = sign(start(world.patient, world.cast.anna, subjective="Written for somebody else."), world.cast.anna)
    treatment_actions.void_session(
        pk=void.pk, reason="Wrong day.", by=world.cast.anna, at=SIGNED_AT, version=void.version
    )
    treatment_actions.add_addendum(
        session_pk=world.signed.pk, text="Rang: all is well.", reason="Call", by=world.cast.anna, at=SIGNED_AT
    )
    document = actions.prepare_record(pk=world.record_request.pk, by=world.cast.anna, at=SIGNED_AT)
    said = text_of(document)

    for words in ("Siobhán O'Neill", "Calf ache.", "Rang: all is well.", "VOID: Wrong day.", "Latex",
                  "Calf pain. Needled.", "I do not remember a needle.", "A bruise the size of a coin.",
                  "Driver licence seen", "Documents issued", "Referral: Referral Dr Voss", world.attachment.sha256, "Taken over from another system".lower()):  # fmt: skip
        assert words in said.replace("\n", " "), words
    assert document.supersedes is not None  # the world had made one already


def test_the_package_is_as_its_manifest_says_and_holds_only_this_person(world: World):
    content = packed(world)

    assert archive.check(BytesIO(content)) == []
    with ZipFile(BytesIO(content)) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        patients = opened.read("tables/patients_patient.csv").decode("utf-8-sig")
        printed = opened.read("record.pdf")
        attached = opened.read(f"attachments/{world.attachment.pk}.pdf")
    assert manifest["record_number"] == 1
    assert "O'Neill" in patients
    assert "Fremd" not in patients
    assert sha256(attached).hexdigest() == world.attachment.sha256
    assert printed == bytes(Document.objects.get(record_request=world.record_request).content)


def test_what_was_archived_is_told_and_not_handed_over(world: World):
    mine, theirs = world.attachment, attach(world.patient, world.cast.anna, b"Of Mr Somebody", title="Mr Somebody")
    patient_actions.archive_attachment(pk=theirs.pk, reason="Another patient's", by=world.cast.anna, at=NOW, version=1)
    document = actions.prepare_record(pk=world.record_request.pk, by=world.cast.anna, at=SIGNED_AT)
    newest = RecordPackage.objects.filter(request=world.record_request).latest("pk")
    with ZipFile(BytesIO(b"".join(actions.package_pieces(newest)))) as opened:
        names, table = set(opened.namelist()), opened.read("tables/patients_attachment.csv").decode()
    said = text_of(document)

    assert {n for n in names if n.startswith("attachments/")} == {f"attachments/{mine.pk}.pdf"}
    assert "Somebody" not in said + table
    assert "Another patient's" in said


def test_a_stored_package_that_was_changed_is_not_handed_over(world: World):
    row = RecordPackage.objects.get(request=world.record_request)
    record_requests.PACKAGES.path_of(row.stored_as).write_bytes(b"x")
    page = page_as(world.cast.anna).get(f"/documents/requests/{world.record_request.pk}/package", follow=True)
    assert record_requests.PackageUnusable.message in page.content.decode()
    api = api_as(world.cast.anna).get(f"/api/v1/record-requests/{world.record_request.pk}/package")
    assert api.json()["code"] == "package_unusable"


def test_a_lost_file_is_told_in_the_package(world: World):
    patient_actions.FILES.drop(world.attachment.stored_as)
    actions.prepare_record(pk=world.record_request.pk, by=world.cast.anna, at=SIGNED_AT)
    newest = RecordPackage.objects.filter(request=world.record_request).latest("pk")
    content = BytesIO(b"".join(actions.package_pieces(newest)))
    assert archive.check(content) == [
        f"attachments/{world.attachment.pk}.pdf was lost or changed before this was written."
    ]


def test_a_changed_package_is_found(world: World):
    content = bytearray(packed(world))
    target = BytesIO()
    with ZipFile(BytesIO(bytes(content))) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"O'Neill", b"O'Hara1") if name.endswith("patient.csv") else data)
    assert archive.check(target) == ["tables/patients_patient.csv was changed: its SHA-256 is another."]


def test_handed_over_says_how_to_whom_and_by_whom(world: World):
    row = world.record_request
    values = {"handed_over_how": "in_person", "handed_over_to": "Siobhán O'Neill", "withheld": "", "reason": ""}
    done = actions.hand_over(pk=row.pk, values=values, by=world.cast.anna, at=SIGNED_AT, version=row.version)
    assert (done.status, done.handed_over_by, done.handed_over_at) == ("handed_over", world.cast.anna, SIGNED_AT)
    with pytest.raises(record_requests.NotOpen):
        actions.prepare_record(pk=row.pk, by=world.cast.anna, at=SIGNED_AT)


def test_in_part_needs_the_reason(world: World):
    row = world.record_request
    values = {
        "handed_over_how": "post",
        "handed_over_to": "S O'Neill",
        "withheld": "A letter of a third person",
        "reason": "",
    }
    with pytest.raises(ValidationError) as refused:
        actions.hand_over(pk=row.pk, values=values, by=world.cast.anna, at=SIGNED_AT, version=row.version)
    assert refused.value.message_dict == {"reason": ["Say why. The person has a right to the reason."]}
    done = actions.hand_over(pk=row.pk, values=values | {"reason": "It is theirs."}, by=world.cast.anna, at=SIGNED_AT,
                             version=row.version)  # fmt: skip
    assert done.status == "in_part"


def test_nothing_is_handed_over_that_was_not_made(cast: Cast):
    row = actions.receive_request(patient=cast.siobhan, values=A_REQUEST, by=cast.anna, at=NOW)
    values = {"handed_over_how": "post", "handed_over_to": "S"}
    with pytest.raises(record_requests.NotPrepared):
        actions.hand_over(pk=row.pk, values=values, by=cast.anna, at=NOW, version=row.version)


def test_who_may(world: World):
    row, cast = world.record_request, world.cast
    for who in (cast.dana, cast.olga, cast.robo):
        with pytest.raises(PermissionDenied):
            actions.prepare_record(pk=row.pk, by=who, at=NOW)
        with pytest.raises(PermissionDenied):
            actions.refuse_request(pk=row.pk, reason="No.", by=who, version=row.version)
    with pytest.raises(Http404):
        actions.prepare_record(pk=row.pk, by=cast.zoe, at=NOW)


AUTHORITY = "Say what gives them the right: a signed authority, a court order, guardianship."


@pytest.mark.parametrize(
    ("who", "changes", "outcome"),
    [
        ("anna", {}, DONE),
        ("dana", {}, DONE),
        ("olga", {}, NOT_ALLOWED),
        ("anna", {"asked_by": "lawyer"}, Outcome(False, {"authority": [AUTHORITY]})),
    ],
)
def test_page_and_api_say_the_same(cast: Cast, way: Way, who: str, changes: dict[str, Any], outcome: Outcome):
    body = {**A_REQUEST, **changes, "received_on": "2026-11-20", "patient": str(cast.siobhan.pk)}
    page = f"/documents/patient/{cast.siobhan.pk}/request"
    assert way(cast.person(who), page, "/api/v1/record-requests", body) == outcome
    assert RecordRequest.objects.exists() is outcome.done


def test_a_second_tab_is_told(world: World):
    row = world.record_request
    actions.refuse_request(pk=row.pk, reason="They moved on.", by=world.cast.anna, version=row.version, taken_back=True)
    answer = api_as(world.cast.ben).post(
        f"/api/v1/record-requests/{row.pk}/hand-over",
        {"handed_over_how": "post", "handed_over_to": "S"},
        headers={"If-Match": f'"{row.version}"'},
    )
    assert answer.status_code == 412


def test_fetching_the_package_stands_in_the_access_log(world: World):
    answer = page_as(world.cast.anna).get(f"/documents/requests/{world.record_request.pk}/package")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    entry = AccessEntry.objects.filter(kind="record_package").get()
    assert (entry.act, entry.patient_id) == ("exported", world.patient.pk)


def test_a_statement_can_come_later_and_history_keeps_the_first(world: World):
    row = world.correction
    actions.add_statement(pk=row.pk, statement="I remember one needle.", by=world.cast.ben, version=row.version)
    assert RefusedCorrection.objects.get().statement == "I remember one needle."
    assert row.history.count() == 2
    page = page_as(world.cast.anna).get(f"/documents/patient/{world.patient.pk}/statements")
    assert "I remember one needle." in page.content.decode()
    front_desk = page_as(world.cast.dana).get(f"/documents/patient/{world.patient.pk}/statements")
    assert front_desk.content.decode().strip() == ""


def test_a_correction_of_tomorrow_is_refused(cast: Cast):
    values = A_CORRECTION | {"asked_on": date(2027, 1, 1)}
    with pytest.raises(ValidationError):
        actions.refuse_correction(patient=cast.siobhan, values=values, by=cast.anna, at=NOW)
