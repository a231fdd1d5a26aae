"""Nothing typed is ever lost: the network cut, the tab closed, the renderer crashed, the sign-in expired, the server killed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Open, calm, picture
from tests.cast import page_as
from tests.installation import Installation
from tests.test_killed import SET_UP
from tests.world import World, sign
from treatments.models import NeedlingSession

SAVED = re.compile(r"^Saved \d")
KEPT = re.compile("^Kept on this device")


def edit(page: Page, world: World) -> Page:
    page.goto(f"/sessions/{world.draft.pk}/edit")
    calm(page)
    return page


def write(page: Page, words: str, field: str = "Plan") -> None:
    page.get_by_role("textbox", name=field, exact=True).fill(words)


def plan_of(world: World) -> str:
    return NeedlingSession.objects.get(pk=world.draft.pk).plan


def left_behind(page: Page) -> dict[str, str]:
    return page.evaluate("Object.fromEntries(Object.entries(localStorage))")


def test_a_closed_tab_gives_back_what_the_network_never_took(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    page.context.set_offline(True)
    write(page, "Typed in the tunnel.")
    expect(page.get_by_text(KEPT).first).to_be_visible()
    assert any(name.startswith("tautband:kept:") for name in left_behind(page))
    assert "tunnel" not in json.dumps(left_behind(page))  # encrypted: the device alone cannot tell it
    page.close(run_before_unload=False)
    page.context.set_offline(False)

    today = page.context.new_page()
    today.goto("/")
    expect(today.get_by_text("is not sent yet")).to_be_visible()
    picture(today, "today_kept")
    today.get_by_role("link", name="Open it, and it is sent").click()

    expect(today.get_by_role("textbox", name="Plan", exact=True)).to_have_value("Typed in the tunnel.")
    expect(today.get_by_text(SAVED).first).to_be_visible()
    calm(today)
    assert plan_of(world) == "Typed in the tunnel."
    assert [name for name in left_behind(today) if "kept:" in name] == []
    open_page.complaints.clear()  # type: ignore[attr-defined]  # the browser says that it was offline


def test_a_crashed_page_gives_back_the_last_words(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    page.route("**/api/v1/sessions/**", lambda route: route.abort())
    write(page, "Written just before the crash.")
    page.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('tautband:kept:'))")
    page.on("crash", lambda _: None)
    page.context.new_cdp_session(page).send("Page.enable")
    with pytest.raises(Exception, match="crash"):
        page.goto("chrome://crash")

    again = edit(page.context.new_page(), world)

    expect(again.get_by_role("textbox", name="Plan", exact=True)).to_have_value("Written just before the crash.")
    expect(again.get_by_text(SAVED).first).to_be_visible()
    calm(again)
    assert plan_of(world) == "Written just before the crash."
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_an_expired_sign_in_keeps_the_words_until_somebody_signs_in_again(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    cookie = next(c for c in page.context.cookies() if c["name"] == "sessionid")
    page.context.clear_cookies(name="sessionid")
    write(page, "Signed out in the middle.")
    expect(page.get_by_text("You are signed out.").first).to_be_visible()
    assert plan_of(world) == ""

    page.context.add_cookies([cookie])
    page.reload()
    calm(page)

    expect(page.get_by_text(SAVED).first).to_be_visible()
    calm(page)
    assert plan_of(world) == "Signed out in the middle."
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_another_person_on_the_same_tablet_cannot_read_what_is_kept(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    page.context.set_offline(True)
    write(page, "For Anna's eyes.")
    expect(page.get_by_text(KEPT).first).to_be_visible()
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    page.context.clear_cookies()
    ben = page_as(world.cast.ben).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": ben, "url": open_page.address}])  # type: ignore[attr-defined]

    other = page.context.new_page()
    other.goto("/")
    calm(other)

    expect(other.get_by_text("is not sent yet")).to_have_count(0)
    assert len([name for name in left_behind(other) if "kept:" in name]) == 1  # still there for Anna
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_two_tabs_of_one_person_keep_both_texts_and_an_undecided_conflict_survives_a_reload(
    open_page: Open, world: World
):
    first = edit(open_page("anna"), world)
    second = edit(first.context.new_page(), world)
    write(first, "One week.")
    expect(first.get_by_text(SAVED).first).to_be_visible()
    calm(first)
    write(second, "Two weeks.")
    conflict = second.get_by_label("Two texts for one field")
    expect(conflict.get_by_text("One week.")).to_be_visible()
    expect(conflict.get_by_text("Two weeks.")).to_be_visible()

    second.reload()
    calm(second)
    expect(conflict.get_by_text("Two weeks.")).to_be_visible()
    second.get_by_role("button", name="Keep both, one below the other").click()
    expect(second.get_by_text(SAVED).first).to_be_visible()
    calm(second)

    assert plan_of(world) == "One week.\nTwo weeks."
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_an_answer_that_never_came_back_is_no_conflict_with_oneself(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    lost = []

    def swallow(route: Route) -> None:
        if route.request.method == "PUT" and len(lost) < 2:
            lost.append(route.fetch())  # it arrives and is saved; the answer does not come back
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/sessions/**", swallow)
    write(page, "First words.")
    expect(page.get_by_text(KEPT).first).to_be_visible()
    write(page, "First words. Second words.")
    expect(page.get_by_text(SAVED).first).to_be_visible(timeout=20000)

    assert lost[0].status == 200
    assert page.get_by_label("Two texts for one field").is_hidden()
    calm(page)
    assert plan_of(world) == "First words. Second words."
    open_page.complaints.clear()  # type: ignore[attr-defined]


def test_what_is_written_after_somebody_signed_is_shown_to_be_copied(open_page: Open, world: World):
    page = edit(open_page("anna"), world)
    signed = sign(NeedlingSession.objects.get(pk=world.draft.pk), world.cast.anna)
    assert signed.status == "signed"
    write(page, "One word too late.")

    late = page.get_by_label("Two texts for one field")
    expect(late.get_by_text("One word too late.")).to_be_visible()
    picture(page, "too_late")
    late.get_by_role("button", name="Done, leave it").click()

    assert plan_of(world) != "One word too late."
    open_page.complaints.clear()  # type: ignore[attr-defined]


# ---- the server dies in the middle of a save ------------------------------------------------------------------------------

COLLECT = """
call_command("collectstatic", interactive=False, verbosity=0)
print(json.dumps("collected"))
"""
A_DRAFT = """
import json
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from practice.models import User
from patients.models import Patient
from tests.cast import page_as
from tests.world import start
anna = User.objects.get(email="anna@example.org")
draft = start(Patient.objects.get(family_name="O'Neill"), anna, at=timezone.now(), started_at=timezone.now(), subjective="")
print(json.dumps({"draft": str(draft.pk), "cookie": page_as(anna).cookies["sessionid"].value}))
"""
WHAT_IS_THERE = """
import json
from treatments.models import NeedlingSession
row = NeedlingSession.objects.get(status="draft")
print(json.dumps({"subjective": row.subjective, "sites": row.sites.count()}))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Installation]:
    server = Installation(tmp_path)
    server.script(SET_UP + COLLECT)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def browser_of(chromium: Browser, server: Installation) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1180, "height": 820}, base_url=f"http://127.0.0.1:{server.port}")
    yield context
    context.close()


def test_the_server_killed_again_and_again_while_saving_costs_no_word(server: Installation, browser_of: BrowserContext):
    made = server.script(A_DRAFT)
    browser_of.add_cookies([{"name": "sessionid", "value": made["cookie"], "url": f"http://127.0.0.1:{server.port}"}])
    page = browser_of.new_page()
    page.goto(f"/sessions/{made['draft']}/edit")
    page.wait_for_load_state("networkidle")
    field = page.get_by_role("textbox", name="Subjective", exact=True)

    words = []
    for turn in range(3):
        with page.expect_request(lambda request: request.method == "PUT"):
            words.append(f"Sentence {turn}.")
            field.press_sequentially(f" {words[-1]}")
        server.kill()  # the request is on its way
        words.append(f"While it was down {turn}.")
        field.press_sequentially(f" {words[-1]}")
        expect(page.get_by_text(KEPT).first).to_be_visible()
        server.start()
        expect(page.get_by_text(SAVED).first).to_be_visible(timeout=30000)

    there = server.script(WHAT_IS_THERE)
    assert there == {"subjective": "".join(f" {sentence}" for sentence in words), "sites": 1}
