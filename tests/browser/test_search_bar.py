"""The search box in the bar, on any page: who was meant, and when they were seen last and by whom, also on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, UPRIGHT, Open, calm, picture
from tests.browser.test_pages import RULES
from tests.cast import make_patient
from tests.world import World


@pytest.mark.parametrize("size", [DESK, UPRIGHT, PHONE], ids=lambda v: f"{v[0]}x{v[1]}")
def test_the_rows_say_who_saw_them_last_and_nothing_of_whom_nobody_saw(
    open_page: Open, world: World, size: tuple[int, int]
):
    cast: Any = world.cast
    assert world.signed.practitioner == cast.anna
    make_patient(cast.anna, record_number=88, family_name="O'Neill-Featherstonehaugh", given_names="Nia",
                 date_of_birth=world.patient.date_of_birth)  # fmt: skip
    page = open_page("dana", size)
    page.goto("/sessions/follow-ups")
    page.get_by_role("searchbox", name="Find a patient").press_sequentially("oneil")
    rows = page.locator(".found-here .results li")
    expect(rows).to_have_count(2)
    calm(page)
    picture(page, f"search_bar_{size[0]}")

    seen = rows.filter(has_text="Siobhán").get_by_text("Seen ")
    expect(seen).to_be_visible()
    assert seen.inner_text().endswith("by Anna")
    assert "Seen" not in rows.filter(has_text="Nia").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
