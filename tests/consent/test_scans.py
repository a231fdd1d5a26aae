"""Scans of paper consent: told by their content, bounded, kept in the home under a name of chance, opened on record."""

import base64
import stat
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from consent import actions, scans
from consent.models import Consent, ConsentScan
from practice.models import AccessEntry
from tests.cast import NOW, Cast, api_as, page_as
from tests.world import A_SCAN, give_consent, on_paper, publish_text

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 30 + b"\xff\xd9"


@pytest.fixture
def text(cast: Cast):
    return publish_text(cast)


@pytest.fixture
def paper(cast: Cast, text) -> Consent:
    return on_paper(cast.siobhan, text, cast.anna)


def by_api(user, consent, content):
    body = {"content": base64.b64encode(content).decode()}
    answer = api_as(user).post(f"/api/v1/consents/{consent.pk}/scans", body, format="json")
    if answer.status_code in (400, 409):
        problem = answer.json()
        return [e["message"] for e in problem["errors"]] or [problem["detail"]]
    return answer.status_code


def by_page(user, consent, content):
    file = SimpleUploadedFile("holiday.exe", content, content_type="text/html")
    answer = page_as(user).post(f"/consent/{consent.pk}/scans", {"scan": file}, follow=True)
    said = [str(m) for m in answer.context["messages"]] if answer.status_code == 200 else []
    return 201 if said == ["Scan added."] else said or answer.status_code


SURFACES = pytest.mark.parametrize("send", [by_api, by_page], ids=["api", "page"])


@SURFACES
@pytest.mark.parametrize(("who", "outcome"), [("anna", 201), ("dana", 201), ("olga", 403), ("robo", 403), ("zoe", 404)])
def test_who_takes_consent_adds_its_scan(send, who, outcome, cast, paper):
    assert send(cast.person(who), paper, PNG) == outcome
    assert paper.scans.count() == 1 + (outcome == 201)


@SURFACES
@pytest.mark.parametrize(("content", "sentence"), [
    (b"<html><script>alert(1)</script></html>", "This is not a PDF, JPEG or PNG. Scan the paper as one of these."),
    (b"MZ\x90\x00", "This is not a PDF, JPEG or PNG. Scan the paper as one of these."),
    (b"GIF89a", "This is not a PDF, JPEG or PNG. Scan the paper as one of these."),
    (A_SCAN[:12], "The file did not arrive whole. Choose the scan again."),
    (JPEG[:-2], "The file did not arrive whole. Choose the scan again."),
])  # fmt: skip
def test_the_content_decides_and_page_and_program_say_the_same(send, content, sentence, cast, paper):
    assert send(cast.anna, paper, content) == [sentence]
    assert paper.scans.count() == 1


@SURFACES
def test_a_signed_consent_takes_no_scan(send, cast, text):
    assert send(cast.anna, give_consent(cast.siobhan, text, cast.anna), PNG) == [actions.NotOnPaper.message]


@SURFACES
def test_the_same_file_again_is_the_same_scan(send, cast, paper):
    assert [send(cast.anna, paper, JPEG) for _ in range(2)] == [201, 201]
    assert paper.scans.count() == 2


def test_eleven_megabytes_are_refused_before_they_are_stored(cast, paper):
    large = b"%PDF-" + b"0" * (scans.MOST_BYTES + 1) + b"%%EOF"
    said = by_page(cast.anna, paper, large)
    assert said == ["The scan is larger than 10 MB. Scan it in black and white, or with less resolution."]
    assert by_page(cast.anna, paper, large + b"0" * 1024 * 1024) == 413
    assert by_api(cast.anna, paper, large + b"0" * 1024 * 1024) == 413
    assert paper.scans.count() == 1


def test_ten_megabytes_pass_whole_through_page_and_program(cast, paper):
    most = b"%PDF-" + b"0" * (scans.MOST_BYTES - 10) + b"%%EOF"
    assert by_page(cast.anna, paper, most) == 201
    assert by_api(cast.anna, paper, most.replace(b"0", b"1")) == 201
    assert by_api(cast.anna, paper, b"%PDF- \n%%EOF") == 201


@pytest.mark.parametrize("body", [{"content": "%%%"}, {"content": 5}, {"content": ""}, {}, {"content": "QUJD", "x": 1}])
def test_bad_bodies_are_named(cast, paper, body):
    answer = api_as(cast.anna).post(f"/api/v1/consents/{paper.pk}/scans", body, format="json")
    assert (answer.status_code, paper.scans.count()) == (400, 1)


def folder(settings) -> Path:
    return Path(settings.HOME) / scans.STORE.folder


def test_it_lies_in_the_home_under_a_name_of_chance_readable_by_nobody_else(cast, paper, settings):
    (stored,) = folder(settings).iterdir()
    assert stored.name == paper.scans.get().stored_as
    assert len(stored.name) == 64
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(settings).stat().st_mode) == 0o700
    assert not folder(settings).is_relative_to(settings.STATIC_ROOT)


def test_a_row_that_was_refused_takes_its_file_with_it(cast, paper, settings, monkeypatch):
    monkeypatch.setattr("consent.actions.scans.keep", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.add_scan(consent_pk=paper.pk, content=PNG, by=cast.anna, at=NOW)
    assert len(list(folder(settings).iterdir())) == 1


def test_opening_it_is_in_the_access_log_and_names_nobody(cast, paper):
    scan = paper.scans.get()
    by_page_ = page_as(cast.ben).get(f"/consent/scans/{scan.pk}")
    by_api_ = api_as(cast.olga).get(f"/api/v1/consents/{paper.pk}/scans/{scan.pk}")

    assert by_page_.content == by_api_.content == A_SCAN
    assert (by_page_["Content-Type"], by_page_["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert by_page_["Content-Disposition"] == f'inline; filename="scan-{scan.pk.hex[-8:]}.pdf"'
    assert [(e.kind, e.act, e.record_id, e.created_by) for e in AccessEntry.objects.order_by("created_at")] == [
        ("consent_scan", "opened", scan.pk, cast.ben), ("consent_scan", "exported", scan.pk, cast.olga)]  # fmt: skip


@pytest.mark.parametrize("harm", [lambda f: f.write_bytes(PNG), lambda f: f.unlink()], ids=["changed", "gone"])
def test_what_is_gone_or_changed_is_refused_with_a_sentence(cast, paper, settings, harm):
    scan = paper.scans.get()
    harm(folder(settings) / scan.stored_as)

    assert api_as(cast.anna).get(f"/api/v1/consents/{paper.pk}/scans/{scan.pk}").json()["code"] == "scan_unusable"
    page = page_as(cast.anna).get(f"/consent/scans/{scan.pk}", follow=True)
    assert actions.ScanUnusable.message in page.content.decode()
    assert not AccessEntry.objects.filter(kind="consent_scan").exists()


def test_a_scan_of_another_consent_is_not_found_under_this_one(cast, text, paper):
    other = give_consent(cast.siobhan, text, cast.anna)
    assert api_as(cast.anna).get(f"/api/v1/consents/{other.pk}/scans/{paper.scans.get().pk}").status_code == 404


@pytest.mark.parametrize("sql", ["UPDATE consent_consentscan SET sha256 = 'x'", "DELETE FROM consent_consentscan"])
def test_the_row_never_changes(cast, paper, sql):
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_paper_consent_with_a_bad_scan_is_not_recorded_and_says_so_beside_the_file(cast, text):
    form = {
        "scope_general": "given",
        "method": "paper_scan",
        "scan": SimpleUploadedFile("a.pdf", b"MZ"),
        "questions": "Swim?",
    }
    page = page_as(cast.anna).post(f"/consent/patient/{cast.siobhan.pk}/take", form)

    assert (page.status_code, Consent.objects.count(), ConsentScan.objects.count()) == (422, 0, 0)
    assert "This is not a PDF, JPEG or PNG." in page.content.decode()
    assert "Swim?" in page.content.decode()


def test_paper_with_its_pages_is_one_act_and_paper_without_says_what_is_missing(cast, text):
    client, path = page_as(cast.anna), f"/consent/patient/{cast.siobhan.pk}/take"
    pages = [SimpleUploadedFile("1.png", PNG), SimpleUploadedFile("2.jpg", JPEG)]
    client.post(path, {"scope_general": "given", "method": "paper_scan", "scan": pages})
    assert sorted(ConsentScan.objects.values_list("content_type", flat=True)) == ["image/jpeg", "image/png"]

    page = client.post(path, {"scope_general": "given", "method": "paper_scan"}, follow=True)
    assert "The signed paper is not scanned yet." in page.content.decode()
    assert "No scan yet" in page.content.decode()
