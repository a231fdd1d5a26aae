"""What a file is by its content: what is kept, what is refused and in which words, what is taken out of a photo."""

import os
import struct
import zlib
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from patients import file_kinds
from patients.photo_details import NotWhole, bare_jpeg, bare_png
from practice import outside
from tests.processes import memory_of
from tests.world import a_pdf

MOST = 1024 * 1024
RED = (200, 30, 30)


def jpeg(*, place: bool = False, way_up: int = 0, taken: str = "", comment: bytes = b"") -> bytes:
    """A photo as a phone writes it."""
    exif = Image.Exif()
    if way_up:
        exif[0x0112] = way_up
    if taken:
        exif[0x0132] = taken
    if place:
        exif[0x8825] = {1: "S", 2: (38.0, 6.0, 12.0), 3: "E", 4: (145.0, 7.0, 48.0)}
    target = BytesIO()
    Image.new("RGB", (24, 16), RED).save(target, "JPEG", exif=exif.tobytes() if exif else b"", comment=comment)
    return target.getvalue()


def png(**text: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (8, 8), RED).save(target, "PNG")
    content = target.getvalue()
    for key, value in text.items():
        body = b"tEXt" + key.encode() + b"\0" + value.encode()
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        content = content[:33] + chunk + content[33:]
    return content


def tiff(pages: int = 1) -> bytes:
    target = BytesIO()
    sheets = [Image.new("1", (16, 16)) for _ in range(pages)]
    sheets[0].save(target, "TIFF", save_all=True, append_images=sheets[1:])
    return target.getvalue()


def docx(**parts: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as opened:
        for name, content in {"word/document.xml": b"<w:document/>", **parts}.items():
            opened.writestr(name, content)
    return target.getvalue()


def zipped() -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as opened:
        opened.writestr("scan.pdf", b"x")
    return target.getvalue()


def locked_pdf() -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target.getvalue()


def read(content: bytes) -> file_kinds.Received:
    return file_kinds.received(content, most_bytes=MOST)


def named(value: Any) -> str | None:
    """A case is not called by its bytes: a ZIP holds the second it was made in, and is another one in each process."""
    return "content" if isinstance(value, bytes) else None


@pytest.mark.parametrize(("content", "kind", "pages"), [
    (a_pdf(pages=3), "application/pdf", 3),
    (jpeg(), "image/jpeg", None),
    (png(), "image/png", None),
    (tiff(2), "image/tiff", 2),
    (docx(), file_kinds.DOCX, None),
    ("Müller: Röntgen ohne Befund.\r\n\tGruß".encode(), "text/plain", None),
    ("Müller: ohne Befund".encode("cp1252"), "text/plain", None),
    ("\ufeffAmpicillin 5 < 7 mg".encode(), "text/plain", None),
], ids=named)  # fmt: skip
def test_the_content_says_what_it_is(content: bytes, kind: str, pages: int | None):
    found = read(content)
    assert (found.content_type, found.pages) == (kind, pages)


DICTIONARY = pikepdf.Dictionary
PROGRAM = DICTIONARY(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "The file is empty. Choose it again."),
    (b"<!DOCTYPE html><p>", file_kinds.RUNS),
    (b"\xef\xbb\xbf  <html>", file_kinds.RUNS),
    (b'<?xml version="1.0"?><svg onload="x()"/>', file_kinds.RUNS),
    (b"Dear colleague,\n<script>alert(1)</script>", file_kinds.RUNS),
    (b"< SVG >", file_kinds.RUNS),
    (b"#!/bin/sh\nrm x", file_kinds.RUNS),
    (b"MZ\x90\0\x03", file_kinds.RUNS),
    (b"\x7fELF\x02", file_kinds.RUNS),
    (b"\0\0\0\x18ftypheic\0\0", "This is a HEIC photo, which few programs can show. Save it as JPEG, and add that."),
    (b"GIF89a\x01\0\x01\0", file_kinds.UNKNOWN),
    ("Zeile".encode("utf-16"), file_kinds.UNKNOWN),
    (zipped(), "This is a folder of files (ZIP) or another Office file. Unpack it, or print it as PDF, and add that."),
    (docx(**{"word/vbaProject.bin": b"x"}), file_kinds.MACRO),
    (docx(**{"word/activeX/activeX1.xml": b"x"}), file_kinds.MACRO),
    (docx(**{"word/_rels/settings.xml.rels": b'<Relationship Type="a/attachedTemplate" TargetMode="External"/>'}), file_kinds.MACRO),
    (docx()[:40], file_kinds.NOT_WHOLE),
    (a_pdf(OpenAction=PROGRAM), file_kinds.PDF_RUNS),
    (a_pdf(AA=DICTIONARY(WC=DICTIONARY(S=pikepdf.Name.Launch, F="cmd.exe"))), file_kinds.PDF_RUNS),
    (a_pdf(Names=DICTIONARY(EmbeddedFiles=DICTIONARY(Names=["a", DICTIONARY(EF=DICTIONARY(F=1))]))), file_kinds.PDF_RUNS),
    (locked_pdf(), file_kinds.PDF_LOCKED),
    (a_pdf()[:-40], file_kinds.NOT_WHOLE),
    (b"%PDF-1.4 nothing %%EOF", file_kinds.NOT_WHOLE),
    (jpeg()[:-2], file_kinds.NOT_WHOLE),
    (b"\xff\xd8\xff\xd9", file_kinds.NOT_WHOLE),
    (png()[:-6], file_kinds.NOT_WHOLE),
    (tiff()[:30], file_kinds.NOT_WHOLE),
], ids=named)  # fmt: skip
def test_what_is_not_kept_is_refused_with_the_cure(content: bytes, sentence: str):
    with pytest.raises(file_kinds.NotKept) as refused:
        read(content)
    assert str(refused.value) == sentence


def test_one_byte_more_than_the_most_is_refused_in_megabytes_that_do_not_contradict_themselves():
    with pytest.raises(file_kinds.NotKept, match=r"^This is 1\.1 MB, and 1 MB is the most\."):
        read(b"a" * (MOST + 1))


def pixels(content: bytes) -> Any:
    return Image.open(BytesIO(content)).convert("RGB").tobytes()


def test_the_place_is_taken_out_of_a_photo_and_not_a_pixel_changes():
    sent = jpeg(place=True, taken="2026:11:12 09:30:00", comment=b"at home")
    assert b"Exif" in sent
    found = read(sent)

    assert (found.had_place, found.had_details, found.taken_on) == (True, True, date(2026, 11, 12))
    assert b"Exif" not in found.content
    assert b"at home" not in found.content
    assert pixels(found.content) == pixels(sent)


def test_a_photo_still_stands_the_right_way_up():
    found = read(jpeg(place=True, way_up=6))
    kept = Image.open(BytesIO(found.content)).getexif()
    assert dict(kept) == {0x0112: 6}


def test_what_phones_append_to_a_photo_goes():
    found = read(jpeg() + b"a film, a second picture" * 9)
    assert (found.content, found.had_details) == (jpeg(), True)


@pytest.mark.parametrize("content", [jpeg(), png()])
def test_a_photo_without_details_stays_byte_for_byte(content: bytes):
    found = read(content)
    assert (found.content, found.had_details, found.had_place) == (content, False, False)


@pytest.mark.parametrize("content", [jpeg(place=True, way_up=6, taken="2026:11:12 09:30:00"), png(Author="Dana")])
def test_taking_out_twice_takes_out_once(content: bytes):
    once = read(content).content
    assert read(once).content == once


def test_words_in_a_png_are_taken_out():
    sent = png(Comment="GPSLatitude 38S")
    found = read(sent)
    assert (found.had_place, b"GPSLatitude" in found.content, pixels(found.content)) == (True, False, pixels(sent))


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"PK\x03\x04"]),
)
def test_no_bytes_whatever_bring_it_down(tail: bytes, head: bytes):
    try:
        read(head + tail)
    except file_kinds.NotKept as refused:
        assert str(refused).endswith((".", "again."))


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_damaged_photo_is_read_or_refused(at: int, harm: bytes):
    for sent, bare in ((jpeg(place=True, way_up=3), bare_jpeg), (png(a="b"), bare_png)):
        try:
            bare(sent[:at] + harm + sent[at + len(harm) :])
        except NotWhole:
            continue


def swelling(megabytes: int) -> bytes:
    """A PDF of some kilobytes in which one object unfolds to so many megabytes of text."""
    block = b"a" * 1024 * 1024
    packer = zlib.compressobj()
    pieces = [packer.compress(b"5 0 (") + packer.flush(zlib.Z_FULL_FLUSH)]
    alone = zlib.compressobj(wbits=-15)
    pieces += [alone.compress(block) + alone.flush(zlib.Z_FULL_FLUSH)] * megabytes
    check = zlib.adler32(b"5 0 (")
    for _ in range(megabytes):
        check = zlib.adler32(block, check)
    last = zlib.compressobj(wbits=-15)
    pieces += [last.compress(b")") + last.flush(), zlib.adler32(b")", check).to_bytes(4, "big")]
    return unfolding(b"".join(pieces))


def unfolding(packed: bytes) -> bytes:
    """A PDF whose object 5 lies in a packed stream, with the table that says so."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    content, starts = b"%PDF-1.7\n", [0]
    for number, body in enumerate(objects, 1):
        starts.append(len(content))
        content += b"%d 0 obj%s\nendobj\n" % (number, body)
    rows = [(0, 0, 0), *((1, start, 0) for start in starts[1:]), (2, 4, 0), (1, len(content), 0)]
    table = b"".join(
        kind.to_bytes(1, "big") + where.to_bytes(4, "big") + more.to_bytes(2, "big") for kind, where, more in rows
    )
    head = b"<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>" % len(table)
    return content + b"6 0 obj%sstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % (head, table, len(content))


@pytest.mark.parametrize("megabytes", [400, 1500])
def test_a_pdf_that_unfolds_fills_no_memory_of_ours(megabytes: int):
    content = swelling(megabytes)
    assert len(content) < 3_000_000
    before = memory_of(os.getpid())
    with pytest.raises(file_kinds.NotKept, match="too much memory"):
        file_kinds.received(content, most_bytes=20 * MOST)
    assert memory_of(os.getpid()) < before + 64 * 1024


def test_one_that_unfolds_a_little_is_an_ordinary_pdf():
    assert read(swelling(1)).pages == 1


@pytest.mark.parametrize("code", ["import os; os.abort()", "import time; time.sleep(60)", "raise MemoryError"])
def test_a_pdf_that_ends_its_reader_is_refused_with_a_sentence(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "program.py"
    program.write_text(code)
    monkeypatch.setattr(file_kinds, "PDF_PROGRAM", program)
    monkeypatch.setattr(outside, "SECONDS", 1.0)
    with pytest.raises(file_kinds.NotKept) as told:
        read(a_pdf())
    assert str(told.value) == file_kinds.PDF_TOO_MUCH


def test_while_others_are_looked_through_it_waits_and_then_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outside, "_places", BoundedSemaphore(1))
    monkeypatch.setattr(outside, "SECONDS", 0.1)
    with outside._places, pytest.raises(file_kinds.NotKept) as told:
        read(a_pdf())
    assert str(told.value) == file_kinds.PDF_LATER
