"""The chart worked with from the keyboard, from near, and by people in a hurry."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, calm, picture
from tests.browser.test_chart import editor, numbers, place_of, saved, tap, where
from tests.world import World
from treatments.models import NeedlingSession

SPOKEN = "[data-spoken]"


@pytest.fixture
def page(open_page: Open, world: World) -> Page:
    return editor(open_page("anna"), world)


def infraspinatus(page: Page) -> None:
    page.get_by_role("button", name="Shoulder").click()
    tap(page, "infraspinatus", "right")
    expect(numbers(page)).to_have_count(1)


def into_the_hand(page: Page) -> None:
    for name in ("More", "Move its dot"):
        page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("application")).to_be_focused()
    expect(page.locator(SPOKEN)).to_contain_text("Site 1 in hand")


def point(page: Page) -> tuple[float, float]:
    saved(page)
    site = NeedlingSession.objects.get(pk=page.url.split("/")[-2]).sites.get()
    return site.chart_x, site.chart_y


def now(page: Page) -> Locator:
    return page.locator("svg .m .at")


def test_the_arrows_carry_a_dot_and_enter_puts_it_down(page: Page):
    infraspinatus(page)
    x, y = point(page)
    into_the_hand(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-name]")).not_to_have_text("")
    page.keyboard.press("Enter")

    expect(page.locator(SPOKEN)).to_contain_text("Site 1 put down")
    moved_x, moved_y = point(page)
    assert moved_y < y - 5
    assert 0 < moved_x - x < 2
    page.get_by_role("button", name="Undo: site 1 moved").click()
    assert point(page) == (x, y)
    expect(numbers(page)).to_have_count(1)


def test_escape_leaves_a_carried_dot_where_it_was_and_the_next_tap_is_a_new_site(page: Page):
    infraspinatus(page)
    before = point(page)
    into_the_hand(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(SPOKEN)).to_have_text("Left where it was.")
    assert point(page) == before

    tap(page, "infraspinatus", "left")
    expect(numbers(page)).to_have_count(2)


def test_a_carried_dot_comes_along_to_the_next_picture(page: Page):
    infraspinatus(page)
    into_the_hand(page)
    page.keyboard.press("]")
    expect(page.locator(SPOKEN)).to_have_text("Shoulder: Sides")
    expect(page.locator("svg[data-view=lateral_left] .pt")).to_have_count(1)
    page.keyboard.press("Enter")

    saved(page)
    site = NeedlingSession.objects.get(pk=page.url.split("/")[-2]).sites.get()
    assert site.chart_view == "lateral_left"


def test_the_brackets_turn_through_every_picture_and_round_again(page: Page):
    page.get_by_role("application").focus()
    heard = []
    for _ in range(17):
        before = page.locator(SPOKEN).inner_text()
        page.keyboard.press("]")
        expect(page.locator(SPOKEN)).not_to_have_text(before)
        heard.append(page.locator(SPOKEN).inner_text())
    assert heard[-1] == "Whole: Back and front"
    assert len(set(heard)) == 17
    page.keyboard.press("[")
    expect(page.locator(SPOKEN)).to_have_text(heard[-2])


def test_nearer_keeps_the_muscle_stood_on_in_sight(page: Page):
    page.get_by_role("application").focus()
    for key in ("ArrowDown", "End", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    for _ in range(3):
        page.keyboard.press("+")
    views, stood = page.locator("[data-views]").bounding_box(), now(page).bounding_box()
    assert views is not None
    assert stood is not None
    middle = stood["y"] + stood["height"] / 2
    assert views["y"] < middle < views["y"] + views["height"]

    page.get_by_role("button", name="See all").click()
    expect(page.locator("svg.chart--zoomed")).to_have_count(0)
    expect(page.get_by_role("button", name="See all")).to_be_hidden()


def test_two_quick_taps_from_near_look_at_the_whole_and_place_nothing(page: Page):
    infraspinatus(page)
    page.get_by_role("button", name="Nearer").click()
    calm(page)
    x, y = place_of("infraspinatus", "right", "posterior")
    page.mouse.dblclick(*where(page, "posterior", x - 14, y - 6), delay=20)

    expect(page.locator("svg[data-view=posterior].chart--zoomed")).to_have_count(0)
    expect(numbers(page)).to_have_count(1)
    expect(page.locator(".site[open] summary b")).to_have_text("Infraspinatus, right")


def test_a_tap_on_a_dot_opens_its_site(page: Page):
    infraspinatus(page)
    tap(page, "deltoid_posterior", "right")
    expect(numbers(page)).to_have_count(2)
    tap(page, "infraspinatus", "right")
    expect(page.locator(".site[open] summary b")).to_have_text("Infraspinatus, right")
    expect(numbers(page)).to_have_count(2)


def test_from_afar_a_tap_beside_a_dot_is_another_needle(page: Page):
    tap(page, "gluteus_maximus", "left")
    x, y = place_of("gluteus_maximus", "left", "posterior")
    page.mouse.click(*where(page, "posterior", x, y + 12))
    expect(numbers(page)).to_have_count(2)


def test_another_needle_of_the_same_muscle_is_put_where_the_next_tap_says_even_on_a_dot(page: Page):
    infraspinatus(page)
    page.get_by_role("button", name="Same muscle").click()
    tap(page, "infraspinatus", "right")
    expect(numbers(page)).to_have_count(2)
    assert saved(page) == [("infraspinatus", "right")] * 2


def test_areas_are_chosen_from_the_keyboard_on_the_side_of_the_site(page: Page):
    infraspinatus(page)
    page.get_by_role("button", name="Referral", exact=True).click()
    expect(page.locator("[data-name]")).to_have_text("Draw around where the pain was felt, or tap an area.")
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_have_text(re.compile("^Added: "))
    page.keyboard.press("Enter")
    expect(page.locator(SPOKEN)).to_have_text(re.compile("^Taken back: "))
    expect(page.get_by_role("button", name=re.compile("remove$"))).to_have_count(0)


def test_hazards_are_named_in_the_picture_and_chosen_one_by_one(page: Page):
    page.get_by_role("button", name="Trunk").click()
    page.get_by_role("button", name="Hazards").click()
    expect(page.get_by_text("Confidence: a guideline or study speaks of this region.").first).to_be_visible()
    expect(page.get_by_text("common knowledge of anatomy, no source yet").first).to_be_attached()
    names = page.locator("svg[data-view=posterior] .hazard-name")
    expect(names).to_have_text(["Lung and pleura"])
    other = page.locator("button[id^=hazard-]").nth(1)
    other.click()
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Close").first.click()
    picture(page, "chart_hazards_named")
    tap(page, "latissimus_dorsi", "left")
    page.mouse.move(*where(page, "posterior", *place_of("latissimus_dorsi", "right", "posterior")))
    expect(page.locator("[data-name]")).to_contain_text("Lung and pleura")


def test_words_in_a_note_redraw_nothing_of_the_chart(page: Page):
    infraspinatus(page)
    calm(page)
    page.evaluate(
        """() => { window.drawn = 0; new MutationObserver((list) => { window.drawn += list.length; }).observe(
        document.querySelector("[data-views]"), { subtree: true, childList: true, attributes: true }); }"""
    )
    page.locator("#soap-s").press_sequentially("Right shoulder ache", delay=10)
    calm(page)
    assert page.evaluate("window.drawn") == 0


def test_how_the_fibres_run_is_fetched_only_when_looked_at_from_near(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "layers=fibres" in request.url else None)
    page.get_by_role("button", name="Sides").click()
    calm(page)
    assert asked == []
    page.get_by_role("button", name="Shoulder").click()
    expect(page.locator("svg[data-view=posterior] .fibres").first).to_have_attribute("d", re.compile("^M"))
    assert len(asked) == 2


def test_a_tap_lays_the_page_out_a_few_times_and_not_once_for_every_part(page: Page):
    infraspinatus(page)
    calm(page)
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")

    def layouts() -> float:
        metrics = client.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "LayoutCount")

    x, y = where(page, "posterior", *place_of("deltoid_posterior", "right", "posterior"))
    before = layouts()
    page.evaluate(
        """([clientX, clientY]) => { const svg = document.querySelector("svg[data-view=posterior]");
        for (const type of ["pointerdown", "pointerup"]) svg.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1,
        pointerType: "mouse", isPrimary: true, clientX, clientY, button: 0 }));
        return new Promise((done) => requestAnimationFrame(() => done())); }""",
        [x, y],
    )
    counted = layouts() - before
    expect(numbers(page)).to_have_count(2)
    assert counted <= 4
