"""Adding files in Chromium: by keyboard and dragged, several at once, each told what became of it; what is not kept waits."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from patients import file_kinds
from patients.models import Attachment
from practice import pdf_reading
from tests.browser.conftest import DESK, TABLET, Open, calm, picture
from tests.patients.test_file_kinds import jpeg
from tests.world import World, a_pdf, attach


def test_files_are_added_one_by_one_and_each_says_what_became_of_it(open_page: Open, world: World):
    page = open_page("dana", DESK)
    page.goto(f"/patients/{world.patient.pk}/attachments")
    calm(page)
    chosen = [("Referral of Dr O'Brien.pdf", a_pdf()), ("bruise.jpg", jpeg(place=True)), ("page.pdf", b"<html>")]
    page.set_input_files("#files", [{"name": n, "mimeType": "application/pdf", "buffer": c} for n, c in chosen])
    page.get_by_role("button", name="Add 3 files").press("Enter")
    assert page.locator("[data-said]").inner_text() == "Choose the kind first."

    page.get_by_label("Kind").select_option("letter")
    page.get_by_role("button", name="Add 3 files").press("Enter")
    page.locator("[data-said]", has_text="1 file is not added. What to do stands beside it.").wait_for()
    page.locator("#attachment-list a", has_text="Referral of Dr O'Brien").wait_for()
    picture(page, "attachments_added_1440")

    told = page.locator("[data-chosen] p").all_inner_texts()
    assert told[0] == "Added."
    assert told[1].startswith("Added. The place where the photo was taken")
    assert told[2] == file_kinds.RUNS
    page.get_by_role("button", name="Leave out page.pdf").press("Enter")
    assert page.locator("[data-chosen] li").count() == 2
    assert Attachment.objects.filter(created_by=world.cast.dana).count() == 2
    open_page.complaints[:] = [c for c in open_page.complaints if "400" not in c]  # the one that was refused


def drag(page: Page, files: list[Path], *moments: str, over: str | None = "[data-drop]") -> None:
    """Files from the desktop, as the browser itself reports them: to a place (or out of the window), and dropped or not."""
    box = page.locator(over).bounding_box() if over else {"x": 9, "y": 9000, "width": 0, "height": 0}
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for moment in moments:
        session.send("Input.dispatchDragEvent", {"type": moment, "data": data, **at})
    session.detach()


def test_files_dragged_onto_the_page_are_chosen_and_added(open_page: Open, world: World, tmp_path: Path):
    files = [tmp_path / "Result of the scan.pdf", tmp_path / "bruise.jpg", tmp_path / "note.txt"]
    for file, content in zip(files, (a_pdf(), jpeg(), b"INR 2.4"), strict=True):
        file.write_bytes(content)
    page = open_page("dana", DESK)
    address = f"/patients/{world.patient.pk}/attachments"
    page.goto(address)
    calm(page)
    area = page.locator("[data-drop]")

    drag(page, files[:2], "dragEnter", "dragOver")
    assert area.get_attribute("data-over") is not None  # it shows where they would go
    picture(page, "attachments_dragged_1440")
    drag(page, files[:2], "dragOver", over=None)
    expect(page.locator("[data-drop]:not([data-over])")).to_be_visible()
    assert page.locator("[data-chosen] li").count() == 0

    drag(page, files[:2], "dragEnter", "dragOver", "drop")
    drag(page, files[2:], "dragEnter", "dragOver", "drop", over="#attachment-list")  # beside it is good enough
    expect(page.locator("[data-chosen] b")).to_have_text([file.name for file in files])
    assert page.url.endswith(address)  # the browser has not opened the file in the place of the page

    page.get_by_label("Kind").select_option("letter")
    page.get_by_role("button", name="Add 3 files").press("Enter")
    page.locator("[data-said]", has_text="All files are added.").wait_for()
    added = Attachment.objects.filter(created_by=world.cast.dana).order_by("created_at")
    assert [row.title for row in added] == [file.stem for file in files]


def test_a_page_that_cannot_be_drawn_says_so_in_its_place(
    open_page: Open, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "program.py"  # draws the first page, and crashes on every other
    program.write_text(
        "import os, runpy, sys\nif sys.argv[2] != '1': os.abort()\n"
        f"runpy.run_path({str(pdf_reading.PROGRAM)!r}, run_name='__main__')"
    )
    monkeypatch.setattr(pdf_reading, "PROGRAM", program)
    row = attach(world.patient, world.cast.anna, a_pdf(pages=3))
    page = open_page("anna", TABLET)
    page.goto(f"/patients/{world.patient.pk}/attachments/{row.pk}")
    page.mouse.wheel(0, 9000)
    notes = page.locator(".attached__file .note")
    expect(notes).to_have_text(["This page cannot be shown here. Download the file to read it."] * 2)
    expect(page.locator(".attached__file img")).to_have_count(1)
    expect(page.locator(".attached__file figcaption")).to_have_count(3)
    page.evaluate("scrollTo(0, 0)")
    picture(page, "attachment_not_drawn_1180")
    assert page.get_by_role("link", name="Download").is_visible()
    open_page.complaints[:] = [c for c in open_page.complaints if "422" not in c]  # the two that were not drawn
