"""The body chart of the editor by finger, mouse and keyboard."""

import gzip
import re
from math import cos, pi, sin
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from patients.models import Patient
from tests.browser.conftest import TABLET, UPRIGHT, Open, calm, picture
from tests.cast import api_as
from tests.world import World, start
from treatments import bodychart
from treatments.models import NeedlingSession

SAVED = re.compile(r"^Saved \d")
BUDGET = 250_000  # bytes of page, script, style and chart, compressed


def editor(page: Page, world: World, **values: Any) -> Page:
    draft = start(world.patient, world.cast.anna, sites=[], **values)
    page.goto(f"/sessions/{draft.pk}/edit")
    calm(page)
    expect(page.locator("[data-views] svg").first).to_be_visible()
    return page


@pytest.fixture
def page(open_page: Open, world: World) -> Page:
    return editor(open_page("anna"), world)


def where(page: Page, view: str, x: float, y: float) -> tuple[float, float]:
    """A place of the chart on the screen."""
    return tuple(
        page.evaluate(
            """([view, x, y]) => { const m = document.querySelector(`svg[data-view=${view}]`).getScreenCTM();
            const p = new DOMPoint(x, y).matrixTransform(m); return [p.x, p.y]; }""",
            [view, x, y],
        )
    )


def place_of(structure: str, side: str, view: str) -> tuple[float, float]:
    chart = bodychart.load(body="female")
    return next(r.label for v, r in bodychart.regions_of(chart, structure, side) if v.id == view)


def tap(page: Page, structure: str, side: str, view: str = "posterior") -> None:
    page.mouse.click(*where(page, view, *place_of(structure, side, view)))


def saved(page: Page) -> list[tuple[str, str]]:
    expect(page.get_by_text(SAVED).first).to_be_visible()
    calm(page)
    session = NeedlingSession.objects.get(pk=page.url.split("/")[-2])
    return [(site.structure_id, site.side) for site in session.sites.order_by("position")]


def numbers(page: Page) -> Locator:
    return page.locator("[data-part=numbers] > *")


def test_a_tap_is_the_muscle_under_it_and_its_side_is_the_patients(page: Page):
    page.get_by_role("button", name="Shoulder").click()
    tap(page, "infraspinatus", "right")
    tap(page, "infraspinatus", "left")
    expect(numbers(page)).to_have_count(2)
    assert saved(page) == [("infraspinatus", "right"), ("infraspinatus", "left")]


def test_every_muscle_under_the_point_is_one_tap_away(page: Page):
    page.get_by_role("button", name="Shoulder").click()
    tap(page, "trapezius_upper", "right")
    under = page.get_by_role("group", name="Structure under this point")
    expect(under.get_by_role("button").first).to_be_visible()
    other = under.get_by_role("button", name=re.compile("deep")).first
    name = other.inner_text()
    other.click()
    expect(page.locator(".site[open] summary b")).to_contain_text(name.removesuffix(", deep").split(",")[0])


def test_a_dragged_dot_moves_and_takes_the_muscle_it_is_put_on(page: Page):
    page.get_by_role("button", name="Shoulder").click()
    tap(page, "infraspinatus", "right")
    page.mouse.move(*where(page, "posterior", *place_of("infraspinatus", "right", "posterior")))
    page.mouse.down()
    page.mouse.move(*where(page, "posterior", *place_of("deltoid_posterior", "right", "posterior")), steps=8)
    expect(page.locator("[data-name]")).to_have_text("Posterior deltoid, right")
    page.mouse.up()

    expect(page.get_by_text("Site 1 is now Posterior deltoid, right.")).to_be_visible()
    assert saved(page) == [("deltoid_posterior", "right")]
    page.get_by_role("button", name="Undo: site 1 moved").click()
    assert saved(page) == [("infraspinatus", "right")]


def test_escape_lets_a_dragged_dot_go_back(page: Page):
    tap(page, "gluteus_maximus", "left")
    page.mouse.move(*where(page, "posterior", *place_of("gluteus_maximus", "left", "posterior")))
    page.mouse.down()
    page.mouse.move(*where(page, "posterior", 0, 300), steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert saved(page) == [("gluteus_maximus", "left")]


def test_the_keyboard_goes_from_muscle_to_muscle_and_records(page: Page):
    chart = page.get_by_role("application")
    chart.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    name = page.locator("[data-name]").inner_text()
    expect(page.locator("[data-spoken]")).to_have_text(name)
    page.keyboard.press("Enter")

    expect(numbers(page)).to_have_count(1)
    expect(page.locator("[data-spoken]")).to_have_text(f"Recorded: {name}")
    assert len(saved(page)) == 1


def test_a_loop_collects_the_areas_and_a_tap_takes_one_back(page: Page):
    page.get_by_role("button", name="Shoulder").click()
    tap(page, "infraspinatus", "right")
    page.get_by_role("button", name="Referral", exact=True).click()
    box = page.locator("svg[data-view=anterior]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.45
    page.mouse.move(x + 70, y)
    page.mouse.down()
    for step in range(21):
        page.mouse.move(x + 70 * cos(step * pi / 10), y + 90 * sin(step * pi / 10))
    page.mouse.up()
    picture(page, "chart_referral")
    chosen = page.get_by_role("button", name=re.compile("remove$"))
    count = chosen.count()
    assert count >= 1
    assert page.locator("ellipse.area--on").count() >= count

    area = page.locator("svg[data-view=anterior] ellipse.area--on").first.bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    expect(chosen).to_have_count(count - 1)


def test_near_and_far_keep_the_letters_and_the_size_of_the_dots(page: Page):
    tap(page, "gluteus_maximus", "left")
    letters = page.locator("figcaption b")
    before = page.locator(".pt circle").first.bounding_box()
    for _ in range(2):
        page.get_by_role("button", name="Nearer").click()
    for letter in letters.all():
        expect(letter).to_be_in_viewport()
    wheel_at = where(page, "posterior", *place_of("gluteus_maximus", "left", "posterior"))
    page.mouse.move(*wheel_at)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    after = page.locator("svg[data-view=posterior] .pt circle").first.bounding_box()

    assert before is not None
    assert after is not None
    assert abs(before["width"] - after["width"]) < 1.5
    assert page.locator("svg.chart--zoomed").count() == 2


def test_the_body_is_remembered_for_the_patient_and_old_dots_stay_with_their_muscle(page: Page, world: World):
    tap(page, "gluteus_maximus", "left")
    page.get_by_role("button", name="About this chart").click()
    page.get_by_role("radio", name="Male", exact=True).check(force=True)
    expect(page.locator("svg[data-view=posterior] .pt")).to_have_count(1)
    expect(page.locator("svg[data-view=posterior] .hit")).not_to_have_count(0)
    calm(page)

    assert Patient.objects.get(pk=world.patient.pk).chart_body == "male"
    page.reload()
    calm(page)
    page.get_by_role("button", name="About this chart").click()
    expect(page.get_by_role("radio", name="Male", exact=True)).to_be_checked()
    expect(page.locator("svg[data-view=posterior] .pt")).to_have_count(1)


@pytest.mark.parametrize("size", [TABLET, UPRIGHT])
def test_hazards_say_their_source_and_the_chart_says_what_it_is(open_page: Open, world: World, size: tuple[int, int]):
    page = editor(open_page("anna", size), world)
    page.get_by_role("button", name="Hazards").click()
    expect(page.get_by_text("Lung and pleura (pneumothorax)")).to_be_visible()
    expect(page.get_by_text("BN121 s5.1", exact=False).first).to_be_visible()
    assert page.locator("path.hazard").count() > 10
    assert violations(page) == []
    picture(page, f"chart_hazards_{size[0]}")
    page.get_by_role("button", name="About this chart").click()
    expect(page.get_by_text("Muscle borders are schematic", exact=False)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Close").first.click()
    expect(page.get_by_text("Muscle borders are schematic", exact=False)).to_be_hidden()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def test_a_finger_that_pinches_zooms_and_adds_no_site(open_page: Open, world: World):
    page = editor(open_page("anna"), world)
    x, y = where(page, "posterior", 0, 400)
    client = page.context.new_cdp_session(page)
    for spread in (20, 60, 110):
        points = [{"x": x - spread, "y": y, "id": 0}, {"x": x + spread, "y": y, "id": 1}]
        client.send(
            "Input.dispatchTouchEvent", {"type": "touchStart" if spread == 20 else "touchMove", "touchPoints": points}
        )
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    expect(page.locator("svg[data-view=posterior].chart--zoomed")).to_have_count(1)
    expect(numbers(page)).to_have_count(0)


def test_the_page_with_script_style_and_chart_stays_within_its_weight(open_page: Open, world: World):
    page = open_page("anna")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url) if request.method == "GET" else None)
    editor(page, world)
    calm(page)
    assert sum(len(gzip.compress(page.request.get(url).body(), 6)) for url in asked) < BUDGET


def test_the_drawing_brings_the_areas_of_its_views_only(world: World):
    answer = api_as(world.cast.anna).get("/api/v1/charts/1?body=female&views=anterior&layers=superficial")
    areas = answer.json()["referral_areas"]
    assert {area["view"] for area in areas} == {"anterior"}
    assert {area["side"] for area in areas} == {"left", "right"}
