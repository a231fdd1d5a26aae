"""Adding files in Chromium: by keyboard, several at once, each told what became of it; what is not kept waits."""

from patients import file_kinds
from patients.models import Attachment
from tests.browser.conftest import DESK, Open, calm, picture
from tests.patients.test_file_kinds import jpeg
from tests.world import World, a_pdf


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
