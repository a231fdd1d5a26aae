"""Two tabs with two patients, who waits while somebody types, and a session that was written for the wrong one."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Open, calm, picture
from tests.cast import make_patient
from tests.world import World, start
from treatments.models import NeedlingSession


def sister(world: World):
    return make_patient(world.cast.anna, record_number=9, family_name="O'Neill", given_names="Niamh",
                        date_of_birth=date(1990, 3, 1))  # fmt: skip


def write(page: Page, field: str, words: str) -> None:
    """And wait until it is saved: the database of this test hears one tab at a time."""
    page.get_by_role("textbox", name=field, exact=True).fill(words)
    calm(page)


def stored(page: Page, session: NeedlingSession) -> dict[str, str]:
    calm(page)
    session.refresh_from_db()
    return {name: getattr(session, name) for name in ("subjective", "assessment", "plan")}


def test_two_tabs_with_two_patients_never_mix(open_page: Open, world: World):
    his, hers = world.draft, start(sister(world), world.cast.anna, sites=[], subjective="")
    first = open_page("anna")
    second = first.context.new_page()
    for page, session in ((first, his), (second, hers)):
        page.goto(f"/sessions/{session.pk}/edit")
        calm(page)

    write(first, "Plan", "For Siobhán.")
    write(second, "Plan", "For Niamh.")
    write(first, "Assessment", "Siobhán's calf.")
    write(second, "Assessment", "Niamh's neck.")

    assert stored(first, his) == {"subjective": "Calf ache.", "assessment": "Siobhán's calf.", "plan": "For Siobhán."}
    assert stored(second, hers) == {"subjective": "", "assessment": "Niamh's neck.", "plan": "For Niamh."}
    assert (his.patient.given_names, hers.patient.given_names) == ("Siobhán", "Niamh")
    for page, name, words in ((first, "Siobhán O'Neill", "For Siobhán."), (second, "Niamh O'Neill", "For Niamh.")):
        page.reload()
        calm(page)
        expect(page.locator(".patient__name")).to_have_text(name)
        expect(page.get_by_role("textbox", name="Plan", exact=True)).to_have_value(words)


def test_from_the_desk_to_the_session_in_one_tap(open_page: Open, world: World):
    ben = open_page("ben")
    ben.clock.install()
    ben.goto("/")
    calm(ben)
    expect(ben.get_by_text("Nobody is waiting")).to_be_visible()
    ben.get_by_role("searchbox", name="Find a patient").fill("half a na")

    dana = open_page("dana", DESK)
    dana.goto("/")
    calm(dana)
    dana.get_by_role("searchbox", name="Find a patient").fill("oneil 88")
    dana.get_by_role("link", name="Arrived Siobhán O'Neill").click()
    dana.get_by_role("button", name=re.compile("Ben Adeyemi")).click()
    expect(dana.get_by_text("is marked as arrived for Ben Adeyemi")).to_be_visible()

    ben.clock.fast_forward(21_000)
    expect(ben.get_by_role("link", name="Siobhán O'Neill", exact=True).first).to_be_visible()
    expect(ben.get_by_role("searchbox", name="Find a patient")).to_have_value("half a na")
    ben.get_by_role("searchbox", name="Find a patient").focus()
    ben.keyboard.press("Escape")  # the list of matches hangs over the page
    picture(ben, "today_waiting")
    ben.get_by_role("button", name="Start session with Siobhán O'Neill").click()
    expect(ben.get_by_role("heading", name="Session", exact=True)).to_be_visible()
    assert world.patient.arrivals.get().state == "taken"


def test_written_for_the_wrong_patient_and_accepted_for_the_right_one(open_page: Open, world: World):
    right = sister(world)
    page = open_page("anna")
    page.goto(f"/sessions/{world.signed.pk}")
    calm(page)
    page.get_by_role("link", name="Written for the wrong patient").click()
    page.get_by_role("searchbox", name="Find the right patient").fill("niamh")
    page.get_by_role("link", name="O'Neill, Niamh").click()
    page.get_by_label("How it happened").fill("Two charts were open.")
    calm(page)
    picture(page, "wrong_patient_before")
    page.get_by_role("button", name=re.compile("Strike out and write for Niamh")).click()
    page.get_by_role("link", name="Continue").click()
    calm(page)
    draft = NeedlingSession.objects.get(patient=right)

    expect(page.get_by_text("Begun from a session written for another patient")).to_be_visible()
    subjective = page.get_by_role("textbox", name="Subjective", exact=True)
    assert subjective.input_value().startswith("Proposed, from a session of")
    picture(page, "wrong_patient_editor")
    page.get_by_role("button", name="Accept all 1").click()
    subjective.press("End")
    subjective.press_sequentially(" Yes.")
    expect(subjective).to_have_value("Calf ache. Yes.")
    assert stored(page, draft)["subjective"] == "Calf ache. Yes."
    assert list(draft.sites.values_list("structure_id", "twitch_count")) == [("soleus", 4)]
