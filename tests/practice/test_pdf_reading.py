"""Somebody else's PDF drawn outside: whatever it does, it does to a process that has nothing and ends soon."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from practice import outside, pdf_reading
from tests.processes import children_of, memory_of
from tests.world import a_pdf

FANS, DEEP = 12, 9


@pytest.fixture(autouse=True)
def _nothing_hung_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf_reading, "_hung", {})


def huge_page(width: float, height: float) -> bytes:
    target = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page().MediaBox = [0, 0, Decimal(str(width)), Decimal(str(height))]
        pdf.save(target)
    return target.getvalue()


def endless() -> bytes:
    """A drawing of drawings of drawings, each a dozen times: small to send, and years to draw."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        inner = pdf.make_stream(b"0 0 99 99 re f\n" * 50)
        inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 99, 99]
        for _ in range(DEEP):
            outer = pdf.make_stream(b"/X Do\n" * FANS)
            outer.Type, outer.Subtype, outer.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 99, 99]
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
            inner = outer
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        page.Contents = pdf.make_stream(b"/X Do\n")
        pdf.save(target)
    return target.getvalue()


def greedy(side: int = 60_000) -> bytes:
    """An image that is kilobytes to send and more than ten gigabytes to open."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        image = pdf.make_stream(b"\0" * 1024)
        image.Type, image.Subtype, image.ColorSpace = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DeviceRGB
        image.Width, image.Height, image.BitsPerComponent = side, side, 8
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=image))
        page.Contents = pdf.make_stream(b"600 0 0 600 0 0 cm /X Do\n")
        pdf.save(target, compress_streams=True)
    return target.getvalue()


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """In the place of the one that draws."""
    path = tmp_path / "program.py"
    path.write_text(code)
    monkeypatch.setattr(pdf_reading, "PROGRAM", path)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing more\n%%EOF", a_pdf()[:200], os.urandom(2000)])
def test_what_is_no_pdf_is_unreadable(content: bytes):
    with pytest.raises(pdf_reading.Unreadable):
        pdf_reading.photo_of_page(content, 1)


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there(page: int):
    with pytest.raises(IndexError):
        pdf_reading.photo_of_page(a_pdf(pages=2), page)


@pytest.mark.parametrize("size", [(14_400, 14_400), (2_000_000, 1_000_000), (2, 14_000), (0.01, 0.01)])
def test_however_large_a_page_claims_to_be_its_picture_is_small(size: tuple[float, float]):
    with Image.open(BytesIO(pdf_reading.photo_of_page(huge_page(*size), 1))) as drawn:
        assert max(drawn.size) <= 1601


def test_an_image_that_would_fill_the_memory_is_not_opened():
    """Shown without it or not at all: this process stays as small as it was."""
    before = memory_of(os.getpid())
    with suppress(pdf_reading.Unreadable):
        pdf_reading.photo_of_page(greedy(), 1)
    assert memory_of(os.getpid()) < before + 64 * 1024


def test_what_takes_too_long_is_ended_and_its_other_pages_are_not_tried(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outside, "SECONDS", 1.5)
    content, before = endless(), set(children_of(os.getpid()))  # a browser of other tests may run beside
    with pytest.raises(pdf_reading.Unreadable, match=r"too long$"):
        pdf_reading.photo_of_page(content, 1)
    assert set(children_of(os.getpid())) <= before
    with pytest.raises(pdf_reading.Unreadable, match="too long a moment ago"):
        pdf_reading.photo_of_page(content, 2)
    assert outside._places.acquire(timeout=0)
    outside._places.release()


@pytest.mark.parametrize(
    "code",
    ["import os; os.kill(os.getpid(), 11)", "import os; os.abort()", "raise MemoryError", "import sys; sys.exit(1)"],
)
def test_a_crash_ends_the_drawing_and_nothing_else(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path, monkeypatch, code)
    with pytest.raises(pdf_reading.Unreadable, match="ended with"):
        pdf_reading.photo_of_page(a_pdf(), 1)


def test_the_drawing_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TAUTBAND_SECRET_KEY", "a secret")
    monkeypatch.setenv("DATABASE_URL", "a secret too")
    program(tmp_path, monkeypatch, "import os; print(sorted(os.environ))")
    told = pdf_reading.photo_of_page(a_pdf(), 1).decode()
    assert [name for name in ("SECRET", "DATABASE", "TAUTBAND") if name in told] == []


@pytest.mark.parametrize(
    "wish", ["bytearray(2 * 1024 ** 3)", "open('/tmp/never', 'wb').write(bytes(32 * 1024 ** 2))", "while True: pass"]
)
def test_the_bounds_hold_whatever_runs_behind_them(wish: str, tmp_path: Path):
    wish = wish.replace("/tmp/never", str(tmp_path / "never"))
    code = f"from practice.bounds import bound; bound(1)\n{wish}"
    ended = subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL, timeout=90, check=False)
    assert ended.returncode != 0


def test_it_ends_with_the_process_that_asked(tmp_path: Path):
    """A web process that is killed leaves nobody drawing."""
    paper = tmp_path / "endless.pdf"
    paper.write_bytes(endless())
    code = f"from practice import outside, pdf_reading; outside.SECONDS = 80; pdf_reading.photo_of_page(open({str(paper)!r}, 'rb').read(), 1)"
    asking = subprocess.Popen([sys.executable, "-c", code])
    child = wait_for(lambda: children_of(asking.pid))[0]
    wait_for(lambda: b"foreign_page" in Path(f"/proc/{child}/cmdline").read_bytes() and memory_of(child) > 30_000)
    asking.send_signal(signal.SIGKILL)
    asking.wait(90)
    wait_for(lambda: not Path(f"/proc/{child}").exists() or "Z (zombie)" in Path(f"/proc/{child}/status").read_text())


def wait_for(found, seconds: float = 60):  # type: ignore[no-untyped-def]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if answer := found():
                return answer
        except OSError:
            pass
        time.sleep(0.02)
    raise AssertionError("it never came to that")
