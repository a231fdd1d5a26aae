"""The history of a long-written session, an old version, and the signed page on paper: looked at as people see them."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from practice.identifiers import new_id
from tests.browser.conftest import DESK, PHONE, TABLET, UPRIGHT, Open, calm, picture
from tests.browser.test_pages import RULES
from tests.cast import NOW
from tests.world import World, a_site, session_values, sign, start
from treatments import actions
from treatments.models import NeedlingSession

PLACES = [("soleus", "left"), ("soleus", "right"), ("gastrocnemius_medial", "left"), ("gastrocnemius_medial", "right"),
          ("tibialis_anterior", "left"), ("tibialis_anterior", "right")]  # fmt: skip
WORDS = ("Calf ache for three weeks, worse on stairs. Woke twice in the night. Better for four days after the last visit. "
         "No numbness, no swelling, walks without a limp.").split()  # fmt: skip


def write(world: World, session: NeedlingSession, version: int, sites: list[dict], by: str = "anna", **more) -> None:
    values = session_values(world.cast.anna, sites=sites, needles_out=len(sites), **more)
    actions.write_session(pk=session.pk, values=values, by=world.cast.person(by), at=NOW, version=version)


@pytest.fixture
def long_written(world: World, monkeypatch: pytest.MonkeyPatch) -> NeedlingSession:
    """Thirty saves in three stretches of work, the last by a colleague."""
    moment = timezone.now() - timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    sites = [a_site(id=new_id(), structure=s, side=side) for s, side in PLACES]
    session = start(world.patient, world.cast.anna, sites=sites[:1], needles_out=1, subjective="Calf ache.")
    for number in range(2, 31):
        moment += timedelta(minutes=12 if number == 20 else 0.5)
        if number == 27:
            actions.take_over_session(pk=session.pk, reason="Anna is called away.", by=world.cast.ben, version=26)
            continue
        kept = sites[: max(1, min(6, number // 3))]
        kept = [*kept[:-1], kept[-1] | {"depth_mm": 20 + number % 10}]
        if number == 25:
            kept = [kept[-1], *kept[:-1]]
        if number > 28:
            kept = kept[1:]
        write(world, session, number - 1, kept, "ben" if number > 27 else "anna", subjective=" ".join(WORDS[: number + 3]),
              pain_before=6, plan="Warmth, gentle movement." if number > 21 else "")  # fmt: skip
    monkeypatch.undo()
    session.refresh_from_db()
    return session


def judged(page: Page) -> list[tuple[str, str]]:
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(page, options=RULES).response["violations"]]


@pytest.mark.parametrize("size", [TABLET, UPRIGHT, DESK, PHONE], ids=lambda v: f"{v[0]}x{v[1]}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_history_of_thirty_saves(
    open_page: Open, long_written: NeedlingSession, size: tuple[int, int], scheme: str
):
    page = open_page("anna", size)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"/sessions/{long_written.pk}/history")
    calm(page)

    expect(page.locator(".version")).to_have_count(4)
    expect(page.locator(".version h2").first).to_have_text("Draft written 3 saves")
    for details in page.locator(".version details").all():
        details.locator("summary").click()
    page.evaluate("scrollTo(0, 0)")
    picture(page, f"history_{scheme}_{size[0]}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert judged(page) == []


def test_added_and_removed_read_without_colour(open_page: Open, long_written: NeedlingSession):
    page = open_page("anna", TABLET)
    page.goto(f"/sessions/{long_written.pk}/history")
    lines = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("del").first.evaluate(lines) == "line-through"
    assert page.locator("ins:not(.whole)").first.evaluate(lines) == "underline"


def test_from_the_history_to_a_version_and_back_by_keyboard(open_page: Open, long_written: NeedlingSession):
    page = open_page("anna", TABLET)
    page.goto(f"/sessions/{long_written.pk}/history")
    page.locator("a.btn[href$='history/19']").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Old version 19: not what the record says now")).to_be_visible()
    calm(page)
    picture(page, "history_version")
    assert judged(page) == []
    page.get_by_role("link", name="Version 20").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("version 20")
    page.get_by_role("link", name="All versions and differences").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("History of the session")


@pytest.fixture
def usual(world: World) -> NeedlingSession:
    """Six sites on three muscles, four notes of a few lines; signed a minute ago."""
    sites = [a_site(structure=s, side=side, referred_to=["heel"]) for s, side in PLACES]
    text = " ".join(WORDS)
    draft = start(world.patient, world.cast.anna, sites=sites, needles_out=6, subjective=text, objective=text,
                  assessment="Myofascial pain of both calves.", plan=text, pain_before=6, pain_after=2)  # fmt: skip
    return sign(draft, world.cast.anna, at=timezone.now() - timedelta(minutes=1))


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_usual_signed_session_prints_on_one_sheet(open_page: Open, usual: NeedlingSession):
    page = open_page("anna", TABLET)
    page.goto(f"/sessions/{usual.pk}")
    calm(page)
    assert sheets(page.pdf(format="A4", prefer_css_page_size=True)) == 1


@pytest.mark.parametrize("size", [TABLET, UPRIGHT, DESK, PHONE], ids=lambda v: f"{v[0]}x{v[1]}")
def test_a_fresh_signature_and_what_comes_next(open_page: Open, usual: NeedlingSession, size: tuple[int, int]):
    page = open_page("anna", size)
    page.goto(f"/sessions/{usual.pk}")
    calm(page)
    picture(page, f"signed_fresh_{size[0]}")

    bar = page.get_by_role("region", name="What comes next")
    expect(bar).to_contain_text(re.compile(r"Signed \d\d:\d\d\. 6 sites, 18 passes, 24 twitches\."))
    expect(bar.get_by_role("button", name="Patient summary")).to_be_visible()
    expect(bar.get_by_role("link", name="Next: ")).to_be_visible()
    bar.get_by_role("link", name="Addendum").click()
    expect(page.get_by_label("Addendum")).to_be_in_viewport()
    small = "e => [...e.querySelectorAll('a, button')].filter(b => b.getBoundingClientRect().height < 44).map(b => b.outerHTML)"
    assert bar.evaluate(small) == []
    assert judged(page) == []


def test_the_front_desk_has_one_card_of_visits(open_page: Open, world: World):
    page = open_page("dana", DESK)
    page.goto(f"/patients/{world.patient.pk}")
    calm(page)
    picture(page, "visits_front_desk")
    expect(page.get_by_role("heading", name="Visits")).to_have_count(1)
    expect(page.get_by_role("heading", name=re.compile("Needled"))).to_have_count(0)
    assert judged(page) == []
