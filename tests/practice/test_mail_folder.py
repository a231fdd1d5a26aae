"""The demo's mail folder as a page: one's own practice only, and only where mail goes to a folder."""

from pathlib import Path
from typing import Any

import pytest

from practice import outgoing, working
from tests.cast import Cast, page_as
from tests.world import a_mail


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    settings.MAIL_FOLDER = str(tmp_path)
    composed = outgoing.Composed(
        to="s@example.org", subject="From <b>us</b>", text="Look at https://example.org/x <script>",
        attachments=(outgoing.Attachment("S-1.pdf", b"%PDF-1.4"),),
    )  # fmt: skip
    monkeypatch.setitem(outgoing._composers, "test", lambda email: composed)
    return tmp_path


def test_what_was_written_can_be_looked_at(cast: Cast, folder: Path):
    a_mail(cast)
    working.drain()
    (file,) = folder.rglob("*.eml")
    dana = page_as(cast.dana)
    assert "From &lt;b&gt;us&lt;/b&gt;" in dana.get("/practice/mail-folder").content.decode()
    page = dana.get(f"/practice/mail-folder/{file.stem}").content.decode()
    assert '<a href="https://example.org/x"' in page
    assert "&lt;script&gt;" in page
    pdf = dana.get(f"/practice/mail-folder/{file.stem}/1")
    assert (pdf.content, pdf["Content-Disposition"]) == (b"%PDF-1.4", 'inline; filename="S-1.pdf"')
    assert dana.get(f"/practice/mail-folder/{file.stem}/2").status_code == 404


def test_another_practice_sees_none_of_it(cast: Cast, folder: Path):
    a_mail(cast)
    working.drain()
    (file,) = folder.rglob("*.eml")
    zoe = page_as(cast.zoe)
    assert "Nothing was sent yet" in zoe.get("/practice/mail-folder").content.decode()
    assert zoe.get(f"/practice/mail-folder/{file.stem}").status_code == 404


def test_where_mail_is_really_sent_there_is_no_such_page(cast: Cast, folder: Path, settings: Any):
    settings.SMTP_HOST = "mail.example.org"
    assert page_as(cast.dana).get("/practice/mail-folder").status_code == 404
