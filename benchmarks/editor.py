"""What a typical session costs a person and the browser: taps, keys, milliseconds, bytes.

    python benchmarks/editor.py [--repeat 30]

Six sites on four muscles, notes from snippets, ledger, signed: once by touch, once from the keyboard. Each tap and each key
is counted, but for the text of the shorthand itself. A server with the cast of the tests runs on loopback, on SQLite.
The aims: 45 taps, 25 keys beside the shorthand, a point 50 ms after its tap, a hit test in 5 ms, first interaction within 1 s,
250 kB compressed in all, one request a save.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-tests")

import django
from playwright.sync_api import Page, expect, sync_playwright

django.setup()

from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.test_killed import SET_UP, Server  # noqa: E402

READY = """
from tests.cast import page_as
from tests.world import give_consent, publish_text, take_screening
from treatments import actions, first_words
now = timezone.now()
give_consent(cast.siobhan, publish_text(cast), cast.anna, at=now)
take_screening(cast.siobhan, cast.anna, at=now)
actions.write_first_words(
    practice=cast.home, by=cast.anna, snippets=first_words.SNIPPETS, templates=first_words.TEMPLATES
)
call_command("collectstatic", interactive=False, verbosity=0)
print(json.dumps({"patient": str(cast.siobhan.pk), "cookie": page_as(cast.anna).cookies["sessionid"].value}))
"""
MUSCLES = (("gastrocnemius_medial", "left"), ("gastrocnemius_medial", "left"), ("gastrocnemius_lateral", "left"),
           ("gluteus_maximus", "left"), ("gluteus_maximus", "right"), ("gastrocnemius_medial", "right"))  # fmt: skip
SHORTHAND = "l gm p x3 ltr4 30x40 d25 fam; l gm x2 ltr1 d20; l gl x3 d20 ltr2 nofam; l gmax 30x60 d40; r gmax d40; r gm 30x40 d25 ltr3"


class Hands:
    """A person at the page who counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts = page, 0
        self.steps: list[tuple[str, int, float]] = []

    @contextmanager
    def step(self, name: str) -> Any:
        acts, began = self.acts, time.perf_counter()
        yield
        self.steps.append((name, self.acts - acts, (time.perf_counter() - began) * 1000))

    def tap(self, target: Any) -> None:
        self.acts += 1
        target.click()

    def tap_chart(self, structure: str, side: str, dx: float = 0) -> None:
        self.acts += 1
        x, y = self.page.evaluate(WHERE, [structure, side, dx])
        self.page.mouse.click(x, y)

    def key(self, name: str) -> None:
        self.acts += 1
        self.page.keyboard.press(name)


WHERE = """async ([structure, side, dx]) => {
  const chart = await (await fetch("/api/v1/charts/1?body=female&views=posterior&layers=superficial")).json();
  const region = chart.views[0].regions.find((r) => r.structures.includes(structure) && r.side === side);
  const point = new DOMPoint(region.label[0], region.label[1] + dx).matrixTransform(document.querySelector("svg[data-view=posterior]").getScreenCTM());
  return [point.x, point.y];
}"""


def begin(page: Page, patient: str) -> None:
    page.goto(f"/patients/{patient}")
    page.wait_for_load_state("networkidle")


def new_session(hands: Hands) -> None:
    with hands.step("new session"):
        hands.tap(hands.page.get_by_role("button", name="New session").first)
        expect(hands.page.locator("svg[data-view=posterior]")).to_be_visible()


def by_touch(page: Page) -> Hands:
    hands = Hands(page)
    button = lambda name: page.get_by_role("button", name=name, exact=True)  # noqa: E731
    new_session(hands)
    with hands.step("spoken yes"):
        hands.tap(page.get_by_label("Risks explained, questions answered, spoken yes today"))
    with hands.step("six sites"):
        for number, (structure, side) in enumerate(MUSCLES):
            hands.tap_chart(structure, side, dx=12 * (number % 2))
            site = page.locator(".site[open] .site__body").first
            if number == 0:
                hands.tap(site.locator("label", has_text="Pistoning"))
                hands.tap(site.get_by_label("Needle and lot"))
                site.get_by_label("Needle and lot").select_option(label="0.30 × 40 mm")
                hands.acts += 1
            hands.tap(site.locator("fieldset[id$=twitches] label", has_text="3"))
            hands.tap(site.locator("fieldset[id$=familiar] label", has_text="Yes"))
            hands.tap(site.get_by_role("button", name="Depth in mm: one more"))
    with hands.step("notes from snippets"):
        for note in ("Subjective", "Objective", "Assessment", "Plan"):
            hands.tap(button(f"Snippets for {note}"))
            hands.tap(page.get_by_role("listbox", name="Snippets").get_by_role("option").first)
    with hands.step("all out, review"):
        hands.tap(button("All out: 6"))
        hands.tap(page.get_by_role("link", name="Review and sign"))
        page.wait_for_url("**/review")
    with hands.step("sign"):
        expect(page.get_by_text("Ready to sign")).to_be_visible()
        hands.tap(page.get_by_role("button", name="Sign as Anna Kovač"))
        expect(page.get_by_text("Signed and locked")).to_be_visible()
    return hands


def by_keyboard(page: Page) -> Hands:
    hands = Hands(page)
    new_session(hands)
    with hands.step("six sites by shorthand"):
        hands.key("a")
        page.keyboard.type(SHORTHAND)
        hands.key("Enter")
        expect(page.locator("[data-part=numbers] > *")).to_have_count(6)
    with hands.step("notes from snippets"):
        for digit in "1234":
            hands.key(f"Alt+{digit}")
            hands.key(";")
            hands.key("Enter")
    with hands.step("all out, review"):
        hands.key("Alt+0")
        hands.key("Control+Enter")
        page.wait_for_url("**/review")
    with hands.step("sign"):
        expect(page.get_by_text("thing stops signing")).to_be_visible()
        hands.key("Control+Enter")  # the spoken yes that is missing
        hands.key("Space")
        expect(page.get_by_text("Ready to sign")).to_be_visible()
        hands.key("Control+Enter")
        expect(page.get_by_text("Signed and locked")).to_be_visible()
    return hands


TAP_TO_POINT = """async (repeat) => {
  const svg = document.querySelector("svg[data-view=posterior]"), box = svg.getBoundingClientRect(), times = [];
  for (let i = 0; i < repeat; i += 1) {
    const [clientX, clientY] = [box.x + box.width * 0.45, box.y + box.height * (0.3 + 0.01 * i)];
    const before = svg.querySelectorAll(".pt").length + document.querySelectorAll("[data-part=numbers] > *").length;
    const from = performance.now();
    for (const type of ["pointerdown", "pointerup"]) svg.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, pointerType: "mouse", clientX, clientY, button: 0 }));
    await new Promise(requestAnimationFrame);
    const after = svg.querySelectorAll(".pt").length + document.querySelectorAll("[data-part=numbers] > *").length;
    if (after > before) times.push(performance.now() - from);
  }
  return times;
}"""
HIT_TEST = """async (repeat) => {
  const { ChartData } = await import(document.querySelector('script[src*="editor"]').src.replace(/editor[^/]*$/, "chart_data.js"));
  const data = new ChartData({ url: "/api/v1/charts/1?body=female", everyView: [] });
  await data.need(["posterior", "anterior"]);
  const times = [];
  for (let i = 0; i < repeat * 10; i += 1) {
    const from = performance.now();
    data.regionsAt("posterior", -90 + (i * 7) % 180, 60 + (i * 31) % 850);
    times.push(performance.now() - from);
  }
  return times;
}"""


def the_browser(page: Page, repeat: int, row: Callable[[str, str, str], None]) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url) if request.method == "GET" else None)
    puts: list[str] = []
    page.on("request", lambda request: puts.append(request.url) if request.method in ("PUT", "POST", "PATCH") else None)
    page.get_by_role("button", name="New session").first.click()
    began = time.perf_counter()
    expect(page.locator("svg[data-view=posterior] path.skin")).to_be_visible()
    row("first interaction, ms (chart there)", f"{(time.perf_counter() - began) * 1000:.0f}", "1000")
    page.wait_for_load_state("networkidle")
    weight = sum(len(gzip.compress(page.request.get(url).body(), 6)) for url in asked)
    row("page, script, style, chart, kB gzip", f"{weight / 1000:.0f}", "250")
    puts.clear()
    page.get_by_role("textbox", name="Plan", exact=True).fill("One word.")
    page.wait_for_timeout(4000)
    row("requests for one autosave", str(len([url for url in puts if "/presence" not in url])), "1")
    times = page.evaluate(TAP_TO_POINT, repeat)
    row("tap to visible point, ms p50 / worst", f"{statistics.median(times):.1f} / {max(times):.1f}", "50")
    times = page.evaluate(HIT_TEST, repeat)
    row("hit test, ms p50 / worst", f"{statistics.median(times):.2f} / {max(times):.2f}", "5")


def told(name: str, hands: Hands, aim: int) -> None:
    print(f"\n{name}: {hands.acts} (aim {aim})")
    for step, acts, milliseconds in hands.steps:
        print(f"  {step:<28}{acts:>4}{milliseconds:>9.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=30)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home))
        made = server.script(SET_UP + READY)
        server.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        try:
            address = f"http://127.0.0.1:{server.port}"
            context = browser.new_context(viewport={"width": 1180, "height": 820}, base_url=address)
            context.add_cookies([{"name": "sessionid", "value": made["cookie"], "url": address}])
            page = context.new_page()
            begin(page, made["patient"])
            told("By touch, taps", by_touch(page), 45)
            begin(page, made["patient"])
            told("From the keyboard, keys beside the shorthand", by_keyboard(page), 25)
            print(f"\n{'in the browser':<40}{'measured':>14}{'aim':>8}")
            begin(page, made["patient"])
            the_browser(page, repeat, lambda name, value, aim: print(f"{name:<40}{value:>14}{aim:>8}"))
        finally:
            browser.close()
            server.kill()


if __name__ == "__main__":
    main()
