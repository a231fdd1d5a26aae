"""A document on its way out: the form that sends it, the folder that shows it, the breach when the wrong person got it."""

from pathlib import Path
from typing import Any

import pytest

from reports.models import DataBreach
from tests.browser.conftest import DESK, PHONE, TABLET, UPRIGHT, Open
from tests.browser.test_pages import look_at
from tests.test_isolation import a_document, sent_to_the_wrong_person
from tests.world import World


@pytest.mark.parametrize("size", [DESK, UPRIGHT, PHONE])
def test_the_form_shows_the_address_before_anything_goes(
    open_page: Open, world: World, settings: Any, tmp_path: Path, size: tuple[int, int]
):
    settings.MAIL_FOLDER = str(tmp_path)
    document, page = a_document(world), open_page("anna", size)
    look_at(page, f"/documents/{document.pk}/email", f"email_form_{size[0]}")
    shown = page.locator("main").inner_text() + "".join(
        page.locator("main input").evaluate_all("l => l.map(i => i.value)")
    )
    assert "siobhan@example.org" in shown
    assert list(tmp_path.glob("*.eml")) == []


def test_a_breach_and_the_folder_of_mail_are_whole_pages(open_page: Open, world: World, settings: Any, tmp_path: Path):
    sent_to_the_wrong_person(world, settings, tmp_path)
    breach = DataBreach.objects.get()
    for size in (TABLET, PHONE):
        page = open_page("anna", size)
        look_at(page, f"/documents/breaches/{breach.pk}", f"breach_{size[0]}")
    settings.MAIL_FOLDER = str(tmp_path)
    page = open_page("dana", DESK)
    look_at(page, "/practice/mail-folder", "mail_folder")
