"""Attached files: who adds, sees and opens them; once, whole, on record; put right, archived, never changed."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from patients import actions, file_kinds
from patients.models import Attachment
from patients.photo_details import bare_jpeg
from practice import outside, pdf_reading
from practice.errors import Stale
from practice.models import AccessEntry
from practice.stored_files import digest_of
from tests.cast import NOW, Cast, api_as, make_cast, make_patient, page_as
from tests.patients.test_file_kinds import docx, jpeg, png
from tests.races import at_once, on_postgresql
from tests.world import a_pdf, attach

HTML = b"<html><script>alert(1)</script></html>"


def by_page(user: Any, patient: Any, *files: tuple[str, bytes], **more: Any) -> tuple[int, list[str]]:
    sent = [SimpleUploadedFile(name, content, content_type="text/html") for name, content in files]
    body = {"kind": "letter", "file": sent} | more
    answer = page_as(user).post(f"/patients/{patient.pk}/attachments", body, follow=True)
    if answer.status_code not in (200, 422):
        return answer.status_code, []
    errors = [message for found in answer.context["form"].errors.values() for message in found]
    said = [str(message) for message in answer.context["messages"]]
    return answer.status_code, [*said, *answer.context.get("problems", []), *errors]


def by_api(user: Any, patient: Any, *files: tuple[str, bytes], **more: Any) -> tuple[int, list[str]]:
    ((name, content),) = files
    body = {"kind": "letter", "patient": str(patient.pk), "file": SimpleUploadedFile(name, content)} | more
    answer = api_as(user).post("/api/v1/attachments", body, format="multipart")
    told = answer.json()
    sentences = [told["notice"]] if answer.status_code < 300 else [e["message"] for e in told["errors"]]
    return answer.status_code, sentences


SURFACES = pytest.mark.parametrize("send", [by_page, by_api], ids=["page", "api"])


@SURFACES
@pytest.mark.parametrize("who", ["anna", "dana"])
def test_staff_add_a_file_under_its_own_name(send: Any, who: str, cast: Cast):
    status, said = send(cast.person(who), cast.siobhan, ("C:\\scans\\MRI_of the  left knee.PDF", a_pdf(pages=2)))
    row = Attachment.objects.get()
    assert (status < 300, said[0].endswith("Added."), row.title) == (True, True, "MRI of the left knee")
    assert (row.patient, row.kind, row.pages, row.created_by) == (cast.siobhan, "letter", 2, cast.person(who))
    assert row.history.get().history_change_reason == "attachment added"


@SURFACES
@pytest.mark.parametrize(("who", "status"), [("olga", 403), ("robo", 403), ("zoe", (400, 404))])
def test_others_add_nothing(send: Any, who: str, status: Any, cast: Cast):
    answered, _ = send(cast.person(who), cast.siobhan, ("a.pdf", a_pdf()))
    assert answered in (status if isinstance(status, tuple) else (status,))
    assert not Attachment.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.add_attachment(
            patient=cast.siobhan, content=a_pdf(), file_name="", values={"kind": "other"}, by=cast.person(who), at=NOW
        )


@SURFACES
def test_the_content_decides_and_page_and_program_say_the_same(send: Any, cast: Cast):
    status, said = send(cast.anna, cast.siobhan, ("referral.pdf", HTML))
    assert status in (400, 422)
    assert said[0].removeprefix("referral.pdf: ") == file_kinds.RUNS
    assert not Attachment.objects.exists()


@SURFACES
def test_the_same_file_is_recognised_and_said(send: Any, cast: Cast):
    send(cast.anna, cast.siobhan, ("a.jpg", jpeg(place=True)))
    status, said = send(cast.dana, cast.siobhan, ("b.jpg", jpeg(taken="2026:11:12 09:30:00")))
    assert status == 200
    assert "This same file is here already, since" in said[0]
    assert Attachment.objects.count() == len(stored(cast)) == 1


def stored(cast: Cast) -> list[Path]:
    folder = actions.FILES.path_of("")
    return [path for path in folder.iterdir() if len(path.name) == 64] if folder.exists() else []


@SURFACES
def test_an_archived_file_that_comes_again_says_why_it_was_archived(send: Any, cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    actions.archive_attachment(pk=row.pk, reason="Unreadable", by=cast.anna, at=NOW, version=1)
    status, said = send(cast.anna, cast.siobhan, ("a.pdf", a_pdf()))
    assert (status, said[0].endswith("This same file is here already, archived: Unreadable")) == (200, True)


@SURFACES
def test_the_same_file_with_another_patient_is_pointed_out(send: Any, cast: Cast):
    other = make_patient(cast.anna, record_number=7, family_name="D'Souza", date_of_birth=date(1990, 1, 1))
    attach(other, cast.anna)
    _, said = send(cast.anna, cast.siobhan, ("a.pdf", a_pdf()))
    assert said[0].endswith("Added. The same file is with another patient, too. Look whether it belongs here.")


def test_a_file_of_another_practice_is_no_concern_of_ours(cast: Cast):
    attach(cast.xaver, cast.zoe)
    _, said = by_api(cast.anna, cast.siobhan, ("a.pdf", a_pdf()))
    assert said == ["Added."]


def test_what_was_taken_out_of_a_photo_is_said_and_its_day_is_kept(cast: Cast):
    sent = jpeg(place=True, taken="2026:11:12 09:30:00")
    _, said = by_api(cast.anna, cast.siobhan, ("a.jpg", sent), kind="photo")
    row = Attachment.objects.get()
    assert said[0].startswith("Added. The place where the photo was taken")
    assert (row.removed, row.dated_on) == ("place", date(2026, 11, 12))
    assert row.sha256 != row.received_sha256
    assert b"Exif" not in actions.file_of(row, by=cast.anna)


def test_several_at_once_and_one_that_is_not_kept_holds_up_none(cast: Cast):
    status, said = by_page(cast.dana, cast.siobhan, ("1.pdf", a_pdf()), ("2.pdf", HTML), ("3.png", png()))
    assert (status, Attachment.objects.count()) == (422, 2)
    assert f"2.pdf: {file_kinds.RUNS}" in said


@pytest.mark.parametrize(("more", "message"), [
    ({"kind": ""}, "Fill this in."), ({"kind": "x"}, "Choose one of the list."),
    ({"dated_on": "2026-02-30"}, "Write a date that exists, like 2027-05-31."), ({"file": []}, "Choose the files first."),
])  # fmt: skip
def test_what_is_missing_stands_on_the_page(more: dict[str, Any], message: str, cast: Cast):
    status, said = by_page(cast.dana, cast.siobhan, ("1.pdf", a_pdf()), **more)
    assert (status, message in said, Attachment.objects.count()) == (422, True, 0)


@SURFACES
def test_a_day_of_tomorrow_is_refused_and_the_file_goes_again(send: Any, cast: Cast):
    _, said = send(cast.anna, cast.siobhan, ("1.pdf", a_pdf()), dated_on="2999-01-01")
    assert said[0].endswith("This day lies in the future. Write the day on the paper.")
    assert (stored(cast), Attachment.objects.count()) == ([], 0)


def test_too_large_is_refused_before_it_is_read_and_after(cast: Cast, settings: Any):
    settings.ATTACHMENT_MEGABYTES = 1
    most = 1024 * 1024
    assert by_api(cast.anna, cast.siobhan, ("1.txt", b"a" * most))[0] == 201
    _, said = by_api(cast.anna, cast.siobhan, ("1.txt", b"a" * (most + 1)))
    assert said[0].startswith("This is 1.1 MB, and 1 MB is the most.")
    answer = api_as(cast.anna).post(
        "/api/v1/attachments", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(22 * most)
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "at most 1 MB" in page_as(cast.anna).get(f"/patients/{cast.siobhan.pk}/attachments").content.decode()


@pytest.mark.parametrize(("body", "format_", "status"), [
    ({"kind": "letter"}, "multipart", 400), ({}, "json", 415),
    ({"kind": "letter", "patient": "x", "file": "text"}, "multipart", 400), ({"kind": "letter", "colour": "red"}, "multipart", 400),
])  # fmt: skip
def test_bad_bodies_are_named(body: dict[str, Any], format_: str, status: int, cast: Cast):
    answer = api_as(cast.anna).post("/api/v1/attachments", body, format=format_)
    assert answer.status_code == status


def test_a_retry_with_its_key_gets_the_same_answer(cast: Cast):
    def send(content: bytes) -> Any:
        body = {"kind": "letter", "patient": str(cast.siobhan.pk), "file": SimpleUploadedFile("a.pdf", content)}
        headers = {"Idempotency-Key": "one"}
        return api_as(cast.anna).post("/api/v1/attachments", body, format="multipart", headers=headers)

    first, again, other = send(a_pdf()), send(a_pdf()), send(a_pdf(pages=2))
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()


# ---- who sees and opens ------------------------------------------------------------------------------------------------


def test_the_front_desk_sees_that_it_is_there_and_opens_office_paper_only(cast: Cast):
    clinical, office = (
        attach(cast.siobhan, cast.anna),
        attach(cast.siobhan, cast.anna, png(), kind="office", title="Card"),
    )
    own = attach(cast.siobhan, cast.dana, jpeg(), title="From the scanner")
    api = api_as(cast.dana)
    listed = {row["id"]: row["title"] for row in api.get("/api/v1/attachments").json()["results"]}
    page = page_as(cast.dana).get(f"/patients/{cast.siobhan.pk}/attachments").content.decode()

    assert listed == {str(clinical.pk): "", str(office.pk): "Card", str(own.pk): "From the scanner"}
    assert "Referral Dr Voss" not in page
    assert [api.get(f"/api/v1/attachments/{a.pk}/file").status_code for a in (clinical, office, own)] == [403, 200, 403]
    shown = page_as(cast.dana).get(f"/patients/{cast.siobhan.pk}/attachments/{clinical.pk}").content.decode()
    assert "Kept for those who read the record" in shown
    assert "Referral Dr Voss" not in shown


@pytest.mark.parametrize("surface", ["page", "api"])
def test_who_may_not_open_a_file_cannot_make_it_office_paper(surface: str, cast: Cast):
    own = attach(cast.siobhan, cast.dana)
    body = {"kind": "office", "title": "x", "dated_on": "2026-11-03"}
    if surface == "page":
        answer = page_as(cast.dana).post(f"/patients/{cast.siobhan.pk}/attachments/{own.pk}", body | {"version": "1"})
        assert answer.status_code == 422
        assert answer.context["form"].errors["kind"] == ["Only who may open it can make it office paper."]
    else:
        answer = api_as(cast.dana).patch(f"/api/v1/attachments/{own.pk}", body, headers={"If-Match": '"1"'})
        assert answer.status_code == 403
    own.refresh_from_db()
    assert own.kind == "referral"


@pytest.mark.parametrize(
    ("who", "status"), [("anna", 200), ("ben", 200), ("olga", 200), ("dana", 403), ("robo", 403), ("zoe", 404)]
)
def test_opening_is_for_those_who_read_the_record_and_stands_in_the_access_log(who: str, status: int, cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    person = cast.person(who)
    pages, program = page_as(person), api_as(person)
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    answers = [
        pages.get(f"{base}/file"),
        pages.get(f"{base}/pictures/1"),
        program.get(f"/api/v1/attachments/{row.pk}/file"),
    ]

    assert [a.status_code for a in answers] == [status] * 3
    told = [(e.kind, e.act, e.surface, e.record_id) for e in AccessEntry.objects.order_by("created_at")]
    opened = [
        ("attachment", "exported", "page", row.pk),
        ("attachment", "opened", "page", row.pk),
        ("attachment", "exported", "api", row.pk),
    ]
    assert told == (opened if status == 200 else [])


def test_a_page_and_its_pictures_are_one_opening(cast: Cast):
    row = attach(cast.siobhan, cast.anna, a_pdf(pages=12))
    client = page_as(cast.ben)
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    page = client.get(base)
    mark = page.context["mark"]
    pictures = [client.get(f"{base}/pictures/{number}?opened={mark}") for number in page.context["pictures"]]

    assert [p.status_code for p in pictures] == [200] * 10
    assert page.context["next_pages"] == 1
    assert AccessEntry.objects.filter(kind="attachment").count() == 1
    # the mark is of this person and this file
    page_as(cast.olga).get(f"{base}/pictures/1?opened={mark}")
    client.get(f"{base}/pictures/1?opened=x")
    assert AccessEntry.objects.filter(kind="attachment").count() == 3


@pytest.mark.parametrize(("content", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (a_pdf(), "image/jpeg")])
def test_what_is_shown_can_do_nothing(content: bytes, kind: str, cast: Cast):
    row = attach(cast.siobhan, cast.anna, content)
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    shown, fetched = (page_as(cast.anna).get(f"{base}/{part}") for part in ("pictures/1", "file"))
    for answer in (shown, fetched):
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert (shown["Content-Type"], fetched["Content-Type"]) == (kind, row.content_type)
    assert fetched["Content-Disposition"] == f'attachment; filename="{row.file_name}"'
    assert fetched.content == content
    assert page_as(cast.anna).get(f"{base}/pictures/2").status_code == 404


@pytest.mark.parametrize("ends", ["import os; os.abort()", "import time; time.sleep(60)", "import sys; sys.exit(3)"])
def test_a_page_that_cannot_be_drawn_says_so_and_the_file_is_still_fetched(
    ends: str, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    row = attach(cast.siobhan, cast.anna)
    program = tmp_path / "program.py"
    program.write_text(ends)
    monkeypatch.setattr(pdf_reading, "PROGRAM", program)
    monkeypatch.setattr(outside, "SECONDS", 1.0)
    monkeypatch.setattr(pdf_reading, "_hung", {})
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    page, shown, fetched = (page_as(cast.anna).get(f"{base}{part}") for part in ("", "/pictures/1", "/file"))

    assert (shown.status_code, shown.text) == (422, "This page cannot be shown here. Download the file to read it.")
    assert shown.text in page.text  # the module puts it where the picture would stand
    assert (fetched.status_code, fetched.content) == (200, a_pdf())


def test_what_a_paper_says_of_its_making_stays_in_the_file_and_is_not_in_its_picture(cast: Cast):
    paper = a_pdf(PieceInfo="Typed by Mrs Secret")
    row = attach(cast.siobhan, cast.anna, paper)
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    page, shown, fetched = (page_as(cast.anna).get(f"{base}{part}") for part in ("", "/pictures/1", "/file"))

    assert "The file is kept as it came, as evidence" in page.text
    assert "The pictures of its pages here have none of it" in page.text
    assert (fetched.content, row.sha256, row.received_sha256) == (paper, digest_of(paper), digest_of(paper))
    assert b"Secret" in paper
    assert [b"Secret" in shown.content, bare_jpeg(shown.content).had_details] == [False, False]


def test_text_is_shown_as_text_and_other_papers_are_downloaded(cast: Cast):
    text = attach(cast.siobhan, cast.anna, b"INR 2.4 < 3 & stable")
    letter = attach(cast.siobhan, cast.anna, docx())
    page, other = (page_as(cast.anna).get(f"/patients/{cast.siobhan.pk}/attachments/{a.pk}") for a in (text, letter))
    assert "INR 2.4 &lt; 3 &amp; stable" in page.content.decode()
    assert "DOCX is not shown in the page" in other.content.decode()
    assert page_as(cast.anna).get(f"/patients/{cast.siobhan.pk}/attachments/{letter.pk}/pictures/1").status_code == 404


@pytest.mark.parametrize("harm", [lambda f: f.write_bytes(b"other"), lambda f: f.unlink()], ids=["changed", "gone"])
def test_what_is_gone_or_changed_is_refused_with_a_sentence(harm: Any, cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    harm(actions.FILES.path_of(row.stored_as))
    base = f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    assert api_as(cast.anna).get(f"/api/v1/attachments/{row.pk}/file").json()["code"] == "attachment_unusable"
    assert actions.AttachmentUnusable.message in page_as(cast.anna).get(base).content.decode()
    assert page_as(cast.anna).get(f"{base}/file").status_code == 302
    assert page_as(cast.anna).get(f"{base}/pictures/1").status_code == 404


def test_a_file_is_found_with_its_own_patient_only(cast: Cast):
    other = make_patient(cast.anna, record_number=7, family_name="D'Souza", date_of_birth=date(1990, 1, 1))
    row = attach(cast.siobhan, cast.anna)
    for part in ("", "/file", "/pictures/1"):
        assert page_as(cast.anna).get(f"/patients/{other.pk}/attachments/{row.pk}{part}").status_code == 404
    assert (
        page_as(cast.anna).post(f"/patients/{other.pk}/attachments/{row.pk}/archive", {"reason": "x"}).status_code
        == 404
    )
    assert page_as(cast.anna).get(f"/patients/{cast.siobhan.pk}/attachments/{uuid4()}").status_code == 404


# ---- put right, archived, merged, never changed ------------------------------------------------------------------------


def changed_by_page(user: Any, row: Attachment, version: int, **values: Any) -> int:
    body = {"title": row.title, "kind": row.kind, "dated_on": row.dated_on.isoformat(), "version": version} | values
    return page_as(user).post(f"/patients/{row.patient_id}/attachments/{row.pk}", body).status_code


def changed_by_api(user: Any, row: Attachment, version: int, **values: Any) -> int:
    headers = {"If-Match": f'"{version}"'}
    return api_as(user).patch(f"/api/v1/attachments/{row.pk}", values, format="json", headers=headers).status_code


@pytest.mark.parametrize("change", [changed_by_page, changed_by_api])
def test_name_kind_and_day_are_put_right_and_a_second_tab_is_told(change: Any, cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    assert change(cast.ben, row, 1, title="Dr O'Brien", kind="result", dated_on="2026-10-01") in (200, 302)
    assert change(cast.anna, row, 1, title="Mine") in (412, 422)
    row.refresh_from_db()
    assert (row.title, row.kind, row.dated_on, row.version) == ("Dr O'Brien", "result", date(2026, 10, 1), 2)
    assert [h.title for h in row.history.order_by("history_date")] == ["Referral Dr Voss", "Dr O'Brien"]


@pytest.mark.parametrize("change", [changed_by_page, changed_by_api])
@pytest.mark.parametrize("values", [{"title": " "}, {"kind": "x"}, {"dated_on": "2999-01-01"}, {"title": "a" * 121}])
def test_what_cannot_be_is_refused(change: Any, values: dict[str, Any], cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    assert change(cast.anna, row, 1, **values) in (400, 422)


def test_archived_with_a_reason_and_brought_back(cast: Cast):
    row = attach(cast.siobhan, cast.anna)
    with pytest.raises(ValidationError):
        actions.archive_attachment(pk=row.pk, reason=" ", by=cast.anna, at=NOW, version=1)
    api = api_as(cast.ben)
    away = api.post(
        f"/api/v1/attachments/{row.pk}/archive", {"reason": "Another patient's"}, headers={"If-Match": '"1"'}
    )
    assert (away.status_code, away.json()["archive_reason"]) == (200, "Another patient's")
    listed = page_as(cast.anna).get(f"/patients/{cast.siobhan.pk}/attachments")
    archived = page_as(cast.olga).get(f"/patients/{cast.siobhan.pk}/attachments?show=archived")
    assert ([*listed.context["rows"]], len(archived.context["rows"])) == ([], 1)
    assert api.get("/api/v1/attachments?archived=false").json()["results"] == []
    assert len(api.get("/api/v1/attachments?archived=true").json()["results"]) == 1
    with pytest.raises(actions.AlreadyArchived):
        actions.archive_attachment(pk=row.pk, reason="x", by=cast.anna, at=NOW, version=2)
    with pytest.raises(Stale):
        actions.restore_attachment(pk=row.pk, by=cast.anna, version=1)
    assert (
        page_as(cast.anna)
        .post(f"/patients/{cast.siobhan.pk}/attachments/{row.pk}/restore", {"version": "2"})
        .status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.is_archived, row.archive_reason, row.history.count()) == (False, "", 3)


def test_a_merged_record_keeps_its_files_and_they_are_read_with_the_one_that_stands(cast: Cast):
    loser = make_patient(cast.anna, record_number=7, family_name="Oneil", date_of_birth=date(1988, 2, 29))
    row = attach(loser, cast.anna)
    actions.merge_patients(winner=cast.siobhan.pk, loser=loser.pk, by=cast.anna, at=NOW)

    client = page_as(cast.anna)
    assert client.get(f"/patients/{loser.pk}/attachments/{row.pk}").headers["Location"] == (
        f"/patients/{cast.siobhan.pk}/attachments/{row.pk}"
    )
    page = client.get(f"/patients/{cast.siobhan.pk}/attachments")
    assert [r.attachment for r in page.context["rows"]] == [row]
    assert client.get(f"/patients/{cast.siobhan.pk}/attachments/{row.pk}/file").status_code == 200
    status, said = by_api(cast.anna, loser, ("again.pdf", a_pdf()))
    assert (status, "here already" in said[0]) == (200, True)
    by_api(cast.anna, loser, ("new.png", png()))
    assert Attachment.objects.get(content_type="image/png").patient == cast.siobhan


def test_the_list_is_by_day_and_kind_and_costs_the_same_for_many(cast: Cast):
    path = f"/patients/{cast.siobhan.pk}/attachments"

    def cost() -> int:
        client = page_as(cast.anna)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    attach(cast.siobhan, cast.anna, dated_on=date(2025, 5, 5))
    once = cost()
    for number in range(2, 6):
        attach(cast.siobhan, cast.ben, a_pdf(pages=number), kind="result", dated_on=date(2025, 1, number))
    assert cost() == once
    page = page_as(cast.anna).get(path)
    assert [row.attachment.dated_on.month for row in page.context["rows"]] == [5, 1, 1, 1, 1]
    assert page.context["kinds"] == [("referral", "Referral", 1), ("result", "Test result", 4)]
    assert len(page_as(cast.anna).get(f"{path}?kind=referral").context["rows"]) == 1
    card = page_as(cast.anna).get(path, headers={"HX-Request": "true"}).content.decode()
    assert card.count("<li>") == 5


@pytest.mark.parametrize("sql", [
    "UPDATE patients_attachment SET sha256 = 'x'", "UPDATE patients_attachment SET stored_as = 'x'",
    "UPDATE patients_attachment SET content_type = 'text/html'", "UPDATE patients_attachment SET patient_id = NULL",
    "DELETE FROM patients_attachment", "UPDATE patients_attachment SET archive_reason = 'x'",
])  # fmt: skip
def test_the_database_keeps_the_file_as_it_came(sql: str, cast: Cast):
    attach(cast.siobhan, cast.anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_row_that_was_refused_takes_its_file_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("patients.actions.attachments.keep_all", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach(cast.siobhan, cast.anna)
    assert stored(cast) == []


def test_a_process_killed_before_its_row_leaves_a_file_that_is_swept_and_no_row(cast: Cast):
    kept = attach(cast.siobhan, cast.anna)
    orphan = actions.FILES.store(b"half written")  # what is there when the process dies before the row
    then = (NOW - timedelta(days=2)).timestamp()
    for path in stored(cast):
        os.utime(path, (then, then))
    assert actions.sweep_attachments(NOW) == 1
    assert [path.name for path in stored(cast)] == [kept.stored_as]
    assert actions.FILES.read(orphan) is None


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_several_people_at_once_is_added_once():
    cast = make_cast()

    def add(by: Any) -> bool:
        return actions.add_attachment(
            patient=cast.siobhan, content=a_pdf(), file_name="a.pdf", values={"kind": "other"}, by=by, at=NOW
        ).was_here

    found = at_once([lambda by=person: add(by) for person in (cast.anna, cast.dana, cast.ben, cast.anna)])
    assert sorted(found) == [False, True, True, True]
    assert Attachment.objects.count() == len(stored(cast)) == 1
